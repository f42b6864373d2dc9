/** A run of a contender under load. */
@NullMarked
package dev.troth.bench.run;

import org.jspecify.annotations.NullMarked;
