package dev.troth.protocol.check;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.check.Initiator.Turn;
import dev.troth.protocol.check.Line.Lane;
import dev.troth.protocol.check.LogState.Writing;
import dev.troth.protocol.check.Scope.Feature;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.coordinator.CoordinatorEvent.CommitAttempted;
import dev.troth.protocol.coordinator.CoordinatorEvent.CommitFailed;
import dev.troth.protocol.coordinator.CoordinatorEvent.CommitUnknown;
import dev.troth.protocol.coordinator.CoordinatorEvent.ResolveFailed;
import dev.troth.protocol.coordinator.CoordinatorEvent.Resolved;
import dev.troth.protocol.log.LogRules.Recorded;
import java.util.List;
import java.util.Map;

/**
 * What the owner of a transaction does with the log when it is its turn, and everything that can come of it, as the engine's {@code
 * LocalWork} tells it to the rules. A statement may fail before its effect or after it, or have it when nobody listens any more.
 */
final class OwnerMoves {
    private final Scope scope;
    private final Rules rules;
    private final InitiatorDesk desk;

    OwnerMoves(Scope scope, Rules rules, InitiatorDesk desk) {
        this.scope = scope;
        this.rules = rules;
        this.desk = desk;
    }

    void moves(List<CentreMove> moves, Initiator initiator) {
        switch (initiator.turn()) {
            case RECORD -> record(moves, initiator);
            case WRITING -> writing(moves, initiator);
            case RECORDED -> {
                add(moves, initiator, "hears that it is recorded", new CommitAttempted(Recorded.RECORDED));
                fail(moves, initiator, "does not hear of it", new CommitUnknown());
            }
            case RESOLVE -> resolve(moves, initiator);
            case NOTHING -> {}
        }
    }

    /** The clock is read and the row is looked for in one statement; what it waits for is {@link LogMoves}'s affair. */
    private void record(List<CentreMove> moves, Initiator initiator) {
        LogState log = initiator.log();
        Recorded recorded =
                rules.log().decide().decide(log.row(), Samples.GID, log.clock().now());
        if (recorded == Recorded.RECORDED) {
            Writing how = scope.has(Feature.SLOW_STATEMENTS) ? Writing.CLOCK_READ : Writing.INSERTED;
            LogState begun = log.begin(how, initiator.branches(), initiator.owed());
            moves.add(new CentreMove(
                    Line.at(Lane.LOG, "the decision is being written"),
                    -1,
                    Map.of(),
                    initiator.with(begun).with(Turn.WRITING),
                    Map.of(),
                    false));
        } else {
            add(moves, initiator, "the decision is " + recorded, new CommitAttempted(recorded));
        }
        fail(moves, initiator, "cannot reach the log", notSent());
    }

    /** Local work whose statement was not sent has certainly not committed; a decision alone may have been on its way. */
    private CoordinatorEvent notSent() {
        return scope.has(Feature.LOCAL_WORK) ? new CommitFailed(Samples.REFUSAL) : new CommitUnknown();
    }

    private void writing(List<CentreMove> moves, Initiator initiator) {
        LogState log = initiator.log();
        if (log.writing() == Writing.CLOCK_READ) {
            if (log.row().isEmpty()) {
                moves.add(logMove("inserts the row", initiator.with(log.with(Writing.INSERTED))));
            } else {
                Initiator lost = initiator.with(log.with(Writing.NOTHING));
                add(moves, lost, "the row is there already", new CommitAttempted(Recorded.LOST));
            }
            if (scope.has(Feature.LOCAL_WORK)) {
                fail(moves, initiator.with(log.with(Writing.NOTHING)), "the insert fails", notSent());
                return;
            }
        } else {
            moves.add(logMove("commits", initiator.with(log.commit()).with(Turn.RECORDED)));
            Initiator undone = initiator.with(log.with(Writing.NOTHING));
            fail(moves, undone, "the commit is refused", new CommitFailed(Samples.REFUSAL));
        }
        fail(moves, initiator, "does not hear whether it is recorded", new CommitUnknown());
    }

    private static CentreMove logMove(String text, Initiator next) {
        return new CentreMove(Line.at(Lane.LOG, text), -1, Map.of(), next, Map.of(), false);
    }

    private void resolve(List<CentreMove> moves, Initiator initiator) {
        LogState log = initiator.log();
        if (log.writing() != Writing.INSERTED) {
            Outcome outcome = rules.log().resolve().apply(log.row());
            LogState resolved = log.row().isPresent() || outcome == Outcome.COMMITTED ? log : log.abort();
            add(moves, initiator.with(resolved), "resolves: " + outcome, new Resolved(outcome));
        }
        fail(moves, initiator, "cannot reach the log", new ResolveFailed());
    }

    private void add(List<CentreMove> moves, Initiator initiator, String text, CoordinatorEvent event) {
        Line line = new Line(Lane.LOG, Lane.COORDINATOR, text);
        moves.add(InitiatorMoves.move(line, desk.conclude(initiator, event), false));
    }

    private void fail(List<CentreMove> moves, Initiator initiator, String text, CoordinatorEvent event) {
        Line line = Line.at(Lane.COORDINATOR, text);
        moves.add(InitiatorMoves.move(line, desk.conclude(initiator, event), true));
    }
}
