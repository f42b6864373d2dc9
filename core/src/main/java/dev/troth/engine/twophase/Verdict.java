package dev.troth.engine.twophase;

/** What the caller of a transaction is told. */
enum Verdict {
    COMMITTED,
    ROLLED_BACK,
    UNKNOWN
}
