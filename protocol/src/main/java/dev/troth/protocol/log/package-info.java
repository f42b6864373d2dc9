/** The decision log's rules: first writer wins, under the log's own clock. */
@NullMarked
package dev.troth.protocol.log;

import org.jspecify.annotations.NullMarked;
