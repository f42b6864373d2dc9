package dev.troth.admin;

/** What can happen to a dead letter. */
public enum DeadLetterVerb {
    /** Its subscriber could not apply it, for the last time. */
    FAILED,
    /** Somebody changed its body. */
    EDITED,
    /** Somebody had it sent once more. */
    REPLAYED,
    /** Somebody said that it is not needed. */
    DISCARDED
}
