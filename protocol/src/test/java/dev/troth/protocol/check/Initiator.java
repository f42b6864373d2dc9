package dev.troth.protocol.check;

import dev.troth.protocol.Refusal;
import dev.troth.protocol.Vote;
import dev.troth.protocol.coordinator.BranchState;
import dev.troth.protocol.coordinator.CoordinatorState;
import dev.troth.protocol.coordinator.CoordinatorState.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The initiator's side: the instance that runs the transaction, and its log.
 *
 * @param life the instance
 * @param state what it knows; nothing when it does not run the transaction
 * @param turn what the transaction's owner has to do
 * @param told what the caller has heard that may still turn out wrong
 * @param log the decision log
 */
record Initiator(Life life, CoordinatorState state, Turn turn, Told told, LogState log) implements Centre {
    static final Initiator BEGUN =
            new Initiator(Life.RUNNING, CoordinatorState.BEGUN, Turn.NOTHING, Told.NOTHING, LogState.EMPTY);

    /** The instance that began the transaction. */
    enum Life {
        RUNNING,
        /** It has forgotten the transaction, and is about to tell the log that nobody is owed it any more. */
        MARKING_DONE,
        /** It has forgotten the transaction. */
        ENDED,
        CRASHED
    }

    /** What the owner of the transaction is at. */
    enum Turn {
        NOTHING,
        RECORD,
        /** The statement is at the database. */
        WRITING,
        /** The database has committed, and the owner has not heard of it. */
        RECORDED,
        RESOLVE
    }

    /** What the caller was told. */
    enum Told {
        NOTHING,
        COMMITTED,
        ROLLED_BACK
    }

    Initiator with(CoordinatorState other) {
        return new Initiator(life, canonical(other), turn, told, log);
    }

    Initiator with(Turn other) {
        return new Initiator(life, state, other, told, log);
    }

    Initiator with(LogState other) {
        return new Initiator(life, state, turn, told, other);
    }

    Initiator with(Told other) {
        return new Initiator(life, state, turn, other, log);
    }

    /** It no longer runs the transaction. */
    Initiator in(Life other) {
        return new Initiator(other, CoordinatorState.BEGUN, Turn.NOTHING, told, log);
    }

    boolean isRunning() {
        return life == Life.RUNNING;
    }

    boolean isAlive() {
        return life != Life.CRASHED;
    }

    /** All branches that its memory has. */
    Set<Integer> branches() {
        return IntStream.range(0, state.branches().size()).boxed().collect(Collectors.toUnmodifiableSet());
    }

    /** The branches that its memory says are owed the commit. */
    Set<Integer> owed() {
        return state.owed().stream().map(owed -> owed.number()).collect(Collectors.toUnmodifiableSet());
    }

    /** Nobody looks into refusals and answers: they are made equal. */
    private static CoordinatorState canonical(CoordinatorState state) {
        Optional<Refusal> own = state.own().map(any -> Samples.REFUSAL);
        List<BranchState> branches = state.branches().stream()
                .map(branch -> new BranchState(
                        branch.participant(),
                        branch.vote().map(Initiator::canonical),
                        branch.givenUp().map(any -> Samples.REFUSAL),
                        branch.done()))
                .toList();
        return new CoordinatorState(state.phase(), state.localWork(), own, branches);
    }

    private static Vote canonical(Vote vote) {
        return vote instanceof Vote.No ? Samples.NO : vote;
    }

    @Override
    public boolean canRename(int branches) {
        return !isRunning() || state.branches().size() == branches;
    }

    /** Branch i becomes branch {@code names.get(i)}. */
    @Override
    public Initiator renamed(List<Integer> names) {
        List<BranchState> branches = new ArrayList<>(state.branches());
        for (int i = 0; i < branches.size(); i++) {
            branches.set(names.get(i), state.branches().get(i));
        }
        LogState renamed = log.renamed(some -> some.stream().map(names::get).collect(Collectors.toUnmodifiableSet()));
        return new Initiator(
                life,
                new CoordinatorState(state.phase(), state.localWork(), state.own(), branches),
                turn,
                told,
                renamed);
    }

    @Override
    public boolean owes(int branch) {
        return log.owes(branch);
    }

    @Override
    public boolean isSettled() {
        return !log.owes() && life != Life.MARKING_DONE && !isRunning();
    }

    /** Whether the transaction can still be decided by its coordinator. */
    boolean isUndecided() {
        return isRunning() && state.phase() != Phase.COMMITTED;
    }

    @Override
    public String summary() {
        return "coordinator: " + (isRunning() ? state.phase() : life)
                + ", log: " + log.row().map(row -> row.outcome().name()).orElse("no row")
                + (log.history().committed() ? ", commit was decided" : "");
    }
}
