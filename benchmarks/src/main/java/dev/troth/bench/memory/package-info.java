/** What Troth keeps in memory: idle, and for transactions that wait. */
@NullMarked
package dev.troth.bench.memory;

import org.jspecify.annotations.NullMarked;
