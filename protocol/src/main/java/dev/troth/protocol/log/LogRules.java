package dev.troth.protocol.log;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The rules of a decision log. Stores in memory call them; stores in SQL say the same in one statement, and the contract
 * of decision logs holds both to it.
 *
 * <p>{@code now} is always the log's own clock (rule 1): with the coordinator's clock, a coordinator that was paused could
 * commit a transaction whose ABORT row was written, obeyed and purged while it slept.
 */
public final class LogRules {
    private LogRules() {}

    /** What came of the attempt to record a commit. */
    public enum Recorded {
        /** The row says COMMITTED: the transaction is committed. */
        RECORDED,
        /** Somebody resolved the transaction first: the row says ABORTED. */
        LOST,
        /** The deadline has passed by the log's clock: nothing was recorded and nothing ever will be. */
        EXPIRED
    }

    /** May a commit be recorded? First writer wins; a second attempt of the winner wins again. */
    public static Recorded decide(Optional<DecisionRow> row, Gid gid, Instant now) {
        if (row.isPresent()) {
            return row.get().outcome() == Outcome.COMMITTED ? Recorded.RECORDED : Recorded.LOST;
        }
        return now.isBefore(gid.deadline()) ? Recorded.RECORDED : Recorded.EXPIRED;
    }

    /** The outcome for somebody who must know it now: what the row says; where there is none, ABORTED is to be inserted. */
    public static Outcome resolve(Optional<DecisionRow> row) {
        return row.map(DecisionRow::outcome).orElse(Outcome.ABORTED);
    }

    /**
     * What the log tells a branch, given the row after {@link #resolve}.
     *
     * <p>A branch that did not vote yes is owed nothing, whatever others are owed: one that was read-only, was started again by a
     * duplicate and failed would otherwise take itself for one that somebody has finished by hand.
     */
    public static Standing standing(DecisionRow row, int branch) {
        if (row.outcome() == Outcome.ABORTED) {
            return Standing.ABORTED;
        }
        boolean owed = row.doneAt().isEmpty() && row.owed().contains(branch);
        return owed ? Standing.COMMITTED_OWED : Standing.COMMITTED_DONE;
    }

    /**
     * May the row be deleted?
     *
     * <p>ABORTED: only after the deadline (rule 1), plus a margin for statements that read the clock just before it and are
     * still under way. COMMITTED: only after everybody has reported (rule 4) and the history is over, which begins at the report and
     * not before the deadline: gids with an earlier deadline are forgotten with it. A row with a heuristic outcome: never (rule 6).
     */
    public static boolean mayPurge(DecisionRow row, Instant now, Duration margin, Duration history) {
        if (row.heuristic()) {
            return false;
        }
        if (row.outcome() == Outcome.ABORTED) {
            return now.isAfter(row.gid().deadline().plus(margin));
        }
        return row.doneAt().filter(done -> now.isAfter(done.plus(history))).isPresent()
                && now.isAfter(row.gid().deadline().plus(history));
    }

    /**
     * May there have been a commit that was deleted, when there is no row? Then the outcome cannot be told any more.
     *
     * @param until the latest deadline of all commits that were ever deleted from this log
     */
    public static boolean isForgotten(Gid gid, Instant until) {
        return !gid.deadline().isAfter(until);
    }
}
