package dev.troth.admin;

/** What became of a dead letter. */
public enum DeadLetterState {
    /** Somebody has to look at it. It is never deleted. */
    KEPT,
    /** It was sent to its subscriber once more. When it fails again, it is {@link #KEPT} again. */
    REPLAYED,
    /** Somebody has said why it is not needed. */
    DISCARDED
}
