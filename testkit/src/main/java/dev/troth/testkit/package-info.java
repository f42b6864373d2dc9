/**
 * Contracts that every store, transport and codec must obey, stores in memory that obey them, and what tests wait with.
 */
@NullMarked
package dev.troth.testkit;

import org.jspecify.annotations.NullMarked;
