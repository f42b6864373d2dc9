package dev.troth.protocol;

/** How a global transaction ended, for every branch of it. */
public enum Outcome {
    /** Every branch commits. */
    COMMITTED,
    /** Every branch rolls back. */
    ABORTED
}
