/** One run, in a JVM of its own: clients that call one contender, and what that cost every process. */
@NullMarked
package dev.troth.bench.run;

import org.jspecify.annotations.NullMarked;
