/** How fast an instance that starts finishes what a crash has left, and what that costs new transactions. */
@NullMarked
package dev.troth.bench.recovery;

import org.jspecify.annotations.NullMarked;
