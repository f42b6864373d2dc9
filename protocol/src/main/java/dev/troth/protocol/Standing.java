package dev.troth.protocol;

/** What coordinator or log can say of a transaction to one of its branches that asks. */
public enum Standing {
    /** The coordinator is still collecting votes: wait. */
    UNDECIDED,
    /** Decided to commit, and the branch has not yet reported that it did. */
    COMMITTED_OWED,
    /** Decided to commit, and nothing is owed to the branch any more. */
    COMMITTED_DONE,
    /** Decided to roll back, or never decided and now never will be otherwise. */
    ABORTED
}
