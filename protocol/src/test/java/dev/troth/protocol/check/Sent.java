package dev.troth.protocol.check;

/** What can have been sent to or by one branch. */
enum Sent {
    PREPARE,
    YES,
    READ_ONLY,
    NO,
    COMMIT,
    ROLLBACK,
    DONE,
    DONE_BY_HAND,
    ASKED_COORDINATOR,
    ASKED_LOG,
    ANSWER_UNDECIDED,
    ANSWER_COMMITTED_OWED,
    ANSWER_COMMITTED_DONE,
    ANSWER_ABORTED;

    @Override
    public String toString() {
        return switch (this) {
            case READ_ONLY -> "YES, read-only";
            case DONE_BY_HAND -> "DONE, by hand";
            case ASKED_COORDINATOR, ASKED_LOG -> "INQUIRE";
            case ANSWER_UNDECIDED -> "ANSWER undecided";
            case ANSWER_COMMITTED_OWED -> "ANSWER committed, owed";
            case ANSWER_COMMITTED_DONE -> "ANSWER committed, done";
            case ANSWER_ABORTED -> "ANSWER aborted";
            default -> name();
        };
    }
}
