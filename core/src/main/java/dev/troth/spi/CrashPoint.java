package dev.troth.spi;

/**
 * The named points of the protocol, in the order in which a committing transaction passes them. At each of them a test can
 * wait, and a fault can be injected: between two neighbours there is one thing that can be lost.
 */
public enum CrashPoint {
    /** Coordinator: a PREPARE is about to be sent. */
    BEFORE_PREPARE_SENT,
    /** Participant: a PREPARE has arrived, nothing has been done. */
    PREPARE_RECEIVED,
    /** Participant: the branch has started in the database. */
    BRANCH_STARTED,
    /** Participant: the handler has returned, nothing is prepared. */
    HANDLER_RETURNED,
    /** Participant: the branch is prepared, the vote is not sent. */
    AFTER_PREPARED,
    /** Participant: the transport has the vote. */
    AFTER_VOTE_SENT,
    /** Coordinator: every vote is in and is yes, nothing is decided. */
    AFTER_VOTES_COLLECTED,
    /** Coordinator: the decision row is inserted in the local transaction, which has not committed, or goes out with its COMMIT next. */
    AFTER_DECISION_INSERTED,
    /** Coordinator: the decision is durable, nobody has been told. */
    AFTER_DECISION_LOGGED,
    /** Coordinator: the transport has a COMMIT. */
    AFTER_COMMIT_SENT,
    /** Participant: a decision has arrived, nothing has been done. */
    DECISION_RECEIVED,
    /** Participant: the branch has committed, DONE is not sent. */
    AFTER_BRANCH_COMMITTED,
    /** Participant: the branch has rolled back. */
    AFTER_BRANCH_ROLLED_BACK,
    /** Coordinator: every DONE is in, the log still owes. */
    AFTER_DONE_RECEIVED,
    /** Coordinator: the decision is history. */
    AFTER_DONE_LOGGED,
    /** Coordinator: a ROLLBACK is about to be sent. */
    BEFORE_ROLLBACK_SENT;

    /** Whether a participant passes it; the others are the coordinator's. */
    public boolean isAtParticipant() {
        return switch (this) {
            case PREPARE_RECEIVED,
                    BRANCH_STARTED,
                    HANDLER_RETURNED,
                    AFTER_PREPARED,
                    AFTER_VOTE_SENT,
                    DECISION_RECEIVED,
                    AFTER_BRANCH_COMMITTED,
                    AFTER_BRANCH_ROLLED_BACK -> true;
            default -> false;
        };
    }
}
