package dev.troth.testkit.sim;

/** What a campaign must have seen, or it has proved little. */
public enum Happening {
    /** A caller was told that its transaction has committed. */
    COMMITTED("callers told: committed"),
    /** A caller was told that its transaction has rolled back. */
    ROLLED_BACK("callers told: rolled back"),
    /** A caller was told that the outcome is not known. */
    UNKNOWN("callers told: outcome unknown"),
    /** A caller's process died before it was told. */
    UNTOLD("callers killed before they were told"),
    /** A commit was not recorded, because somebody had resolved the transaction first. */
    RACE_LOST("commits that lost the first-writer race"),
    /** A commit was not recorded, because the deadline had passed by the log's clock. */
    COMMIT_EXPIRED("commits refused by the log's clock"),
    /** Whether a local commit had an effect was not known. */
    COMMIT_OF_UNKNOWN_FATE("local commits of unknown fate"),
    /** Whether a branch is prepared was not known. */
    PREPARE_OF_UNKNOWN_FATE("prepares of unknown fate"),
    /** A branch in doubt was answered by its coordinator. */
    ANSWERED_BY_COORDINATOR("inquiries answered by the coordinator"),
    /** A branch in doubt was answered by another instance, from the log. */
    ANSWERED_BY_LOG("inquiries answered by another instance, from the log"),
    /** A PREPARE came after its rollback and was refused by the mark that it had left. */
    TOMBSTONE("tombstones hit"),
    /** A PREPARE came after its deadline by the participant's database. */
    BRANCH_EXPIRED("branches refused by their database's clock"),
    /** A PREPARE found its branch prepared, committed, or being worked on. */
    DUPLICATE_IGNORED("duplicates ignored by the branch row"),
    /** A decision found somebody working on the branch. */
    BRANCH_HELD("decisions that found the branch held"),
    /** A branch was found to be finished by hand, and that was noted. */
    HEURISTIC("heuristic outcomes noted"),
    /** A decision that was still owed was sent again. */
    REDRIVEN("decisions sent again by recovery"),
    /** A decision was noted to be owed to some of its branches only. */
    REPORTS_NOTED("reports noted while others were away"),
    /** A decision was sent again by another instance than the one that had decided. */
    TAKEN_OVER("decisions taken over by another instance"),
    /** A call of one phase committed. */
    ONE_PHASE("one-phase calls that committed"),
    /** A branch wrote nothing and voted so. */
    READ_ONLY("read-only votes"),
    /** A handler was abandoned. */
    ABANDONED("handlers abandoned"),
    /** A vote of yes came for a transaction that was over. */
    LATE_YES("yes votes for transactions that were over"),
    /** A branch was found by the sweep of the prepared. */
    SWEPT("prepared branches found by the sweep"),
    /** An instance stopped in order while something ran. */
    STOPPED_BUSY("stops in order while transactions ran"),
    /** A message reached nobody. */
    UNROUTABLE("messages to addresses without a listener"),
    /** A delivery came again because its consumer was gone. */
    REDELIVERED("deliveries that came again"),
    /** The fate of a sent message was not known to its sender. */
    SEND_OF_UNKNOWN_FATE("sends of unknown fate");

    private final String text;

    Happening(String text) {
        this.text = text;
    }

    /** As it stands in tables. */
    public String text() {
        return text;
    }
}
