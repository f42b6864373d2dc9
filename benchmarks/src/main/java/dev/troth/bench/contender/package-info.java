/** One class per system: each writes the same rows in its own way. */
@NullMarked
package dev.troth.bench.contender;

import org.jspecify.annotations.NullMarked;
