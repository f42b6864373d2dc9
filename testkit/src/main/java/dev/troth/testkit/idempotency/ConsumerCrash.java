package dev.troth.testkit.idempotency;

/** Ends a consumer as a crash would: no handler of exceptions catches it, and nothing that it does to the database afterwards happens. */
final class ConsumerCrash extends Error {
    private static final long serialVersionUID = 1L;

    ConsumerCrash() {
        super("The consumer crashes here (played by IdempotencyProof)", null, false, false);
    }
}
