/** The figures of docs/reliability.md, made from what the checker, the simulator, the matrix, the torture and the soak run have left. */
@NullMarked
package dev.troth.evidence;

import org.jspecify.annotations.NullMarked;
