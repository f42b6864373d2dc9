/**
 * A proof that a message handler is idempotent: it is played against every history that a broker may produce, and its effect is compared with
 * that of delivery exactly once. {@link dev.troth.testkit.idempotency.IdempotencyProof} is the entry.
 */
@NullMarked
package dev.troth.testkit.idempotency;

import org.jspecify.annotations.NullMarked;
