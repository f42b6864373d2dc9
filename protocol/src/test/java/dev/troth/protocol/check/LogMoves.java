package dev.troth.protocol.check;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Step;
import dev.troth.protocol.Vote;
import dev.troth.protocol.check.Initiator.Life;
import dev.troth.protocol.check.Initiator.Turn;
import dev.troth.protocol.check.Line.Lane;
import dev.troth.protocol.check.LogState.Clock;
import dev.troth.protocol.check.LogState.Writing;
import dev.troth.protocol.coordinator.CoordinatorAction;
import dev.troth.protocol.coordinator.CoordinatorEvent.BranchDone;
import dev.troth.protocol.coordinator.CoordinatorEvent.RedriveDue;
import dev.troth.protocol.coordinator.CoordinatorState;
import dev.troth.protocol.log.DecisionRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What the log does by itself, and what is done with it by instances that do not run the transaction, as the engine's {@code
 * CoordinatorDesk} and {@code Recovery} do it.
 *
 * <p>Another instance is a step rather than a state: what it remembers are reports, and a report that was sent can be received again by
 * whoever needs it.
 */
final class LogMoves {
    private final Scope scope;
    private final Rules rules;

    LogMoves(Scope scope, Rules rules) {
        this.scope = scope;
        this.rules = rules;
    }

    void moves(List<CentreMove> moves, Initiator initiator) {
        clock(moves, initiator);
        orphan(moves, initiator);
        purge(moves, initiator);
        if (initiator.life() == Life.MARKING_DONE) {
            Initiator ended = initiator.in(Life.ENDED);
            moves.add(logMove(
                    "notes that nobody is owed it", ended.with(initiator.log().done()), false));
            moves.add(logMove("is not told that nobody is owed it", ended, true));
        }
        for (int branch = 0; branch < scope.branches(); branch++) {
            ended(moves, initiator, branch);
            anotherAnswers(moves, initiator, branch);
            moves.add(new CentreMove(
                    Line.arrival(Lane.BRANCH, Lane.LOG, Sent.DONE_BY_HAND),
                    branch,
                    Map.of(branch, Network.of(Sent.DONE_BY_HAND)),
                    initiator.with(initiator.log().markByHand()),
                    Map.of(),
                    false));
        }
        recovery(moves, initiator);
    }

    /** No statement takes longer than the margin. */
    private static void clock(List<CentreMove> moves, Initiator initiator) {
        LogState log = initiator.log();
        if (log.clock() == Clock.BEFORE_DEADLINE) {
            moves.add(logMove("deadline passes by the log", initiator.with(log.at(Clock.AT_DEADLINE)), false));
        } else if (log.clock() == Clock.AT_DEADLINE && log.writing() != Writing.CLOCK_READ) {
            moves.add(logMove("margin passes by the log", initiator.with(log.at(Clock.AFTER_MARGIN)), false));
        }
    }

    /** A statement that nobody listens to any more: it comes to its end, or its session does. */
    private static void orphan(List<CentreMove> moves, Initiator initiator) {
        LogState log = initiator.log();
        if (log.writing() == Writing.NOTHING || initiator.turn() == Turn.WRITING) {
            return;
        }
        moves.add(logMove("the lost statement's session ends", initiator.with(log.with(Writing.NOTHING)), false));
        if (log.writing() == Writing.INSERTED) {
            moves.add(logMove("the lost statement commits", initiator.with(log.commit()), true));
        } else if (log.row().isEmpty()) {
            moves.add(logMove("the lost statement inserts the row", initiator.with(log.with(Writing.INSERTED)), true));
        }
    }

    /** History outlives a coordinator that still has to read it. */
    private void purge(List<CentreMove> moves, Initiator initiator) {
        LogState log = initiator.log();
        boolean needed = initiator.isUndecided()
                && log.row().filter(row -> row.outcome() == Outcome.COMMITTED).isPresent();
        if (!needed
                && log.row()
                        .filter(row ->
                                rules.log().mayPurge().mayPurge(row, log.clock().now(), Samples.MARGIN, Duration.ZERO))
                        .isPresent()) {
            moves.add(logMove("purges the row", initiator.with(log.purge()), false));
        }
    }

    private static CentreMove logMove(String text, Initiator next, boolean fault) {
        return new CentreMove(Line.at(Lane.LOG, text), -1, Map.of(), next, Map.of(), fault);
    }

    /** The instance that began the transaction and no longer runs it only reads: it cannot commit any more. */
    private void ended(List<CentreMove> moves, Initiator initiator, int branch) {
        if (initiator.isRunning() || !initiator.isAlive()) {
            return;
        }
        Standing standing = initiator
                .log()
                .row()
                .map(row -> rules.log().standing().standing(row, branch))
                .orElse(Standing.ABORTED);
        for (Sent asked : List.of(Sent.YES, Sent.ASKED_COORDINATOR, Sent.ASKED_LOG)) {
            Line line = new Line(Lane.BRANCH, Lane.COORDINATOR, asked + ", and it reads the log");
            moves.add(new CentreMove(
                    line,
                    branch,
                    Map.of(branch, Network.of(asked)),
                    initiator,
                    Map.of(branch, InitiatorDesk.answer(standing)),
                    false));
        }
    }

    /** Another instance fixes the outcome: the coordinator may still live. It waits for a row that is being inserted. */
    private void anotherAnswers(List<CentreMove> moves, Initiator initiator, int branch) {
        LogState log = initiator.log();
        if (log.writing() == Writing.INSERTED) {
            return;
        }
        Outcome outcome = rules.log().resolve().apply(log.row());
        LogState resolved = log.row().isPresent() ? log : outcome == Outcome.ABORTED ? log.abort() : log;
        Standing standing = resolved.row()
                .map(row -> rules.log().standing().standing(row, branch))
                .orElse(outcome == Outcome.ABORTED ? Standing.ABORTED : Standing.COMMITTED_OWED);
        moves.add(new CentreMove(
                Line.arrival(Lane.BRANCH, Lane.LOG, Sent.ASKED_LOG),
                branch,
                Map.of(branch, Network.of(Sent.ASKED_LOG)),
                initiator.with(resolved),
                Map.of(branch, InitiatorDesk.answer(standing)),
                false));
    }

    /** Sends the decision again, and notes when everybody has reported it. */
    private void recovery(List<CentreMove> moves, Initiator initiator) {
        if (!initiator.log().owes()) {
            return;
        }
        CommitRecord logged = logged(initiator.log());
        CoordinatorState recovered = CoordinatorState.recovered(logged);
        Map<Integer, Network> sends = new HashMap<>();
        Step<CoordinatorState, CoordinatorAction> redriven =
                rules.coordinator().step(recovered, new RedriveDue(logged));
        redriven.actions().forEach(action -> InitiatorDesk.send(sends, action));
        moves.add(new CentreMove(
                Line.at(Lane.LOG, "another instance sends the decision again"),
                -1,
                Map.of(),
                done(initiator, redriven),
                sends,
                false));
        for (Set<Integer> reporters : Subsets.of(logged.numbers())) {
            reports(moves, initiator, logged, reporters);
        }
    }

    /** The decision as it stands in the log. */
    static CommitRecord logged(LogState log) {
        List<CommitRecord.Owed> owed = log.row().map(DecisionRow::owed).orElse(Set.of()).stream()
                .sorted()
                .map(branch -> new CommitRecord.Owed(branch, Samples.PARTICIPANT, ((Vote.Yes) Samples.YES).voter()))
                .toList();
        return new CommitRecord(Samples.GID, "", owed, "");
    }

    private void reports(List<CentreMove> moves, Initiator initiator, CommitRecord logged, Set<Integer> reporters) {
        CoordinatorState state = CoordinatorState.recovered(logged);
        List<CoordinatorAction> actions = new ArrayList<>();
        for (int branch : reporters) {
            Step<CoordinatorState, CoordinatorAction> step = rules.coordinator().step(state, new BranchDone(branch));
            state = step.state();
            actions.addAll(step.actions());
        }
        if (actions.stream().anyMatch(action -> action instanceof CoordinatorAction.MarkDone)) {
            heard(moves, initiator, reporters, "nobody is owed it", LogState::done);
        }
        for (CoordinatorAction action :
                rules.coordinator().step(state, new RedriveDue(logged)).actions()) {
            if (action instanceof CoordinatorAction.NoteReports note) {
                heard(moves, initiator, reporters, "only the others are", log -> log.reported(note.reported()));
            }
        }
    }

    private static void heard(
            List<CentreMove> moves,
            Initiator initiator,
            Set<Integer> reporters,
            String text,
            UnaryOperator<LogState> noted) {
        heard(moves, initiator, reporters, Set.of(), text, noted);
        Subsets.of(reporters).forEach(byHand -> heard(moves, initiator, reporters, byHand, text, noted));
    }

    private static void heard(
            List<CentreMove> moves,
            Initiator initiator,
            Set<Integer> reporters,
            Set<Integer> byHand,
            String text,
            UnaryOperator<LogState> noted) {
        Map<Integer, Network> needs = new HashMap<>();
        reporters.forEach(
                branch -> needs.put(branch, Network.of(byHand.contains(branch) ? Sent.DONE_BY_HAND : Sent.DONE)));
        LogState log = byHand.isEmpty() ? initiator.log() : initiator.log().markByHand();
        Line line = Line.at(Lane.LOG, "another instance has heard of branches " + reporters + ": " + text);
        moves.add(new CentreMove(line, -1, needs, initiator.with(noted.apply(log)), Map.of(), false));
    }

    private static Initiator done(Initiator initiator, Step<CoordinatorState, CoordinatorAction> step) {
        boolean done = step.actions().stream().anyMatch(action -> action instanceof CoordinatorAction.MarkDone);
        return done ? initiator.with(initiator.log().done()) : initiator;
    }
}
