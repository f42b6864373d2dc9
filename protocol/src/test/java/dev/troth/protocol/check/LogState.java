package dev.troth.protocol.check;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.log.DecisionRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The initiator's database as far as one transaction is concerned: what survives a crash of the initiator.
 *
 * @param clock the log's own
 * @param row the decision row, as everybody can see it
 * @param writing how far the statement that records the commit has come
 * @param owed the branches that the commit was recorded for; kept after the row is gone, to judge by
 * @param history what can no longer be seen in the row, to judge by
 */
record LogState(Clock clock, Optional<DecisionRow> row, Writing writing, Set<Integer> owed, History history) {
    static final LogState EMPTY = new LogState(
            Clock.BEFORE_DEADLINE,
            Optional.empty(),
            Writing.NOTHING,
            Set.of(),
            new History(Set.of(), false, false, false));

    /** What the log's clock shows, as far as anybody cares. */
    enum Clock {
        BEFORE_DEADLINE(Duration.ofMillis(-1)),
        AT_DEADLINE(Duration.ZERO),
        AFTER_MARGIN(Samples.MARGIN.plusMillis(1));

        private final Duration fromDeadline;

        Clock(Duration fromDeadline) {
            this.fromDeadline = fromDeadline;
        }

        Instant now() {
            return Samples.DEADLINE.plus(fromDeadline);
        }
    }

    /** The statement that records the commit, in the database session of whoever sent it. */
    enum Writing {
        NOTHING,
        /** It has found the deadline not passed. */
        CLOCK_READ,
        /** The row is inserted and not committed: whoever wants to insert another waits. */
        INSERTED
    }

    /**
     * What happened once.
     *
     * @param branches all branches that the commit was recorded for
     * @param committed a commit was decided, durably: the local work is committed with it
     * @param late it was recorded when the deadline had passed by the log's clock
     * @param byHand somebody reported that a person had finished a branch against it
     */
    record History(Set<Integer> branches, boolean committed, boolean late, boolean byHand) {}

    LogState at(Clock other) {
        return new LogState(other, row, writing, owed, history);
    }

    LogState with(Writing other) {
        return new LogState(clock, row, other, owed, history);
    }

    /** The clock was read: what is owed goes with the statement. */
    LogState begin(Writing how, Set<Integer> all, Set<Integer> yes) {
        boolean late = history.late() || clock != Clock.BEFORE_DEADLINE;
        return new LogState(clock, row, how, yes, new History(all, history.committed(), late, history.byHand()));
    }

    LogState renamed(UnaryOperator<Set<Integer>> names) {
        Set<Integer> branches = names.apply(owed);
        Optional<DecisionRow> other =
                row.map(r -> new DecisionRow(r.gid(), r.outcome(), names.apply(r.owed()), r.doneAt(), r.heuristic()));
        History past =
                new History(names.apply(history.branches()), history.committed(), history.late(), history.byHand());
        return new LogState(clock, other, writing, branches, past);
    }

    LogState commit() {
        return new LogState(
                clock,
                Optional.of(new DecisionRow(Samples.GID, Outcome.COMMITTED, owed, Optional.empty(), false)),
                Writing.NOTHING,
                owed,
                new History(history.branches(), true, history.late(), history.byHand()));
    }

    LogState abort() {
        return withRow(Optional.of(DecisionRow.aborted(Samples.GID)));
    }

    /** Nobody is owed the commit any more; when that was, history is over already. */
    LogState done() {
        return owes()
                ? withRow(row.map(r -> new DecisionRow(r.gid(), r.outcome(), r.owed(), DONE_AT, r.heuristic())))
                : this;
    }

    /** The commit is owed to the others only. */
    LogState reported(Set<Integer> branches) {
        return withRow(row.map(r -> new DecisionRow(
                r.gid(),
                r.outcome(),
                r.owed().stream().filter(branch -> !branches.contains(branch)).collect(Collectors.toUnmodifiableSet()),
                r.doneAt(),
                r.heuristic())));
    }

    private static final Optional<Instant> DONE_AT = Optional.of(Instant.EPOCH);

    LogState markByHand() {
        LogState marked = withRow(row.map(r -> new DecisionRow(r.gid(), r.outcome(), r.owed(), r.doneAt(), true)));
        History noted = new History(
                history.branches(), history.committed(), history.late(), history.byHand() || row.isPresent());
        return new LogState(clock, marked.row, writing, owed, noted);
    }

    LogState purge() {
        return withRow(Optional.empty());
    }

    private LogState withRow(Optional<DecisionRow> other) {
        return new LogState(clock, other, writing, owed, history);
    }

    /** Whether the log still owes the commit to that branch. */
    boolean owes(int branch) {
        return owes() && row.filter(r -> r.owed().contains(branch)).isPresent();
    }

    /** Whether the log still owes the commit to somebody. */
    boolean owes() {
        return row.filter(r -> r.outcome() == Outcome.COMMITTED && r.doneAt().isEmpty())
                .isPresent();
    }
}
