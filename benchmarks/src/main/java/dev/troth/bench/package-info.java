/** {@code ./dev bench}: which runs there are, the servers they need, and what is told of them. */
@NullMarked
package dev.troth.bench;

import org.jspecify.annotations.NullMarked;
