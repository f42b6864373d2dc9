/**
 * Decision logs and branches in relational databases.
 *
 * <p>The entry types are {@link dev.troth.jdbc.JdbcDecisionLog},
 * with any driver and any connection pool; SQLSTATE and vendor codes decide, message texts never.
 */
@NullMarked
package dev.troth.jdbc;

import org.jspecify.annotations.NullMarked;
