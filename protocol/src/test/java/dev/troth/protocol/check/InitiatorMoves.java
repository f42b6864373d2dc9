package dev.troth.protocol.check;

import dev.troth.protocol.check.Initiator.Life;
import dev.troth.protocol.check.InitiatorDesk.Posted;
import dev.troth.protocol.check.Line.Lane;
import dev.troth.protocol.check.LogState.Writing;
import dev.troth.protocol.check.Scope.Feature;
import dev.troth.protocol.coordinator.BranchState;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.coordinator.CoordinatorEvent.AnswerUnusable;
import dev.troth.protocol.coordinator.CoordinatorEvent.BranchDone;
import dev.troth.protocol.coordinator.CoordinatorEvent.DeadlinePassed;
import dev.troth.protocol.coordinator.CoordinatorEvent.Enlisted;
import dev.troth.protocol.coordinator.CoordinatorEvent.GaveUp;
import dev.troth.protocol.coordinator.CoordinatorEvent.Inquired;
import dev.troth.protocol.coordinator.CoordinatorEvent.RedriveDue;
import dev.troth.protocol.coordinator.CoordinatorEvent.Voted;
import dev.troth.protocol.coordinator.CoordinatorEvent.WorkFailed;
import dev.troth.protocol.coordinator.CoordinatorEvent.WorkReturned;
import dev.troth.protocol.coordinator.CoordinatorState.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can happen at the initiator: at the instance that began the transaction, at any other, and in the log. */
final class InitiatorMoves implements CentreMoves {
    static final String CRASHES = "crashes";

    private final Scope scope;
    private final InitiatorDesk desk;
    private final OwnerMoves owner;
    private final LogMoves log;

    InitiatorMoves(Scope scope, Rules rules) {
        this.scope = scope;
        this.desk = new InitiatorDesk(rules);
        this.owner = new OwnerMoves(scope, rules, desk);
        this.log = new LogMoves(scope, rules);
    }

    @Override
    public Initiator start() {
        return Initiator.BEGUN;
    }

    @Override
    public List<CentreMove> of(Centre centre) {
        Initiator initiator = (Initiator) centre;
        List<CentreMove> moves = new ArrayList<>();
        if (initiator.isRunning()) {
            running(moves, initiator);
            owner.moves(moves, initiator);
        }
        if (initiator.isAlive()) {
            crash(moves, initiator);
        }
        log.moves(moves, initiator);
        moves.removeIf(move -> move.next().equals(initiator) && move.sends().isEmpty());
        return moves;
    }

    private void running(List<CentreMove> moves, Initiator initiator) {
        if (initiator.state().phase() == Phase.WORKING) {
            working(moves, initiator);
        }
        if (initiator.state().phase() == Phase.VOTING) {
            add(moves, initiator, "caller no longer waits", new WorkFailed(Samples.REFUSAL));
        }
        if (initiator.state().phase() == Phase.COMMITTED && initiator.log().owes()) {
            add(moves, initiator, "sends the decision again", new RedriveDue(LogMoves.logged(initiator.log())));
        }
        add(moves, initiator, "deadline passes by the coordinator", new DeadlinePassed());
        List<BranchState> branches = initiator.state().branches();
        for (int branch = 0; branch < branches.size(); branch++) {
            receive(moves, initiator, branch, Sent.YES, new Voted(branch, Samples.YES));
            unusable(moves, initiator, branch);
            receive(moves, initiator, branch, Sent.READ_ONLY, new Voted(branch, Samples.READ_ONLY));
            receive(moves, initiator, branch, Sent.NO, new Voted(branch, Samples.NO));
            receive(moves, initiator, branch, Sent.DONE, new BranchDone(branch));
            receive(
                    moves,
                    initiator.with(initiator.log().markByHand()),
                    branch,
                    Sent.DONE_BY_HAND,
                    new BranchDone(branch));
            receive(moves, initiator, branch, Sent.ASKED_COORDINATOR, new Inquired(branch));
            receive(moves, initiator, branch, Sent.ASKED_LOG, new Inquired(branch));
            Posted gaveUp = desk.post(initiator, new GaveUp(branch, Samples.REFUSAL));
            moves.add(new CentreMove(
                    Line.at(Lane.COORDINATOR, "hears that PREPARE may not have been sent"),
                    branch,
                    Map.of(),
                    gaveUp.next(),
                    gaveUp.sends(),
                    true));
        }
    }

    private void working(List<CentreMove> moves, Initiator initiator) {
        int number = initiator.state().branches().size();
        if (number < scope.branches()) {
            Posted enlisted = desk.post(initiator, new Enlisted(Samples.PARTICIPANT));
            moves.add(move(Line.at(Lane.COORDINATOR, "enlists branch " + number), enlisted, false));
            Posted nobody = desk.post(enlisted.next(), new Voted(number, Samples.NO));
            Line line = Line.at(Lane.COORDINATOR, "enlists branch " + number + ", nobody is at its address");
            moves.add(move(line, nobody, true));
        }
        if (number > 0) {
            add(moves, initiator, "work returns", new WorkReturned(scope.has(Feature.LOCAL_WORK)));
            add(moves, initiator, "work fails", new WorkFailed(Samples.REFUSAL));
        }
    }

    private void receive(
            List<CentreMove> moves, Initiator initiator, int branch, Sent message, CoordinatorEvent event) {
        Posted posted = desk.post(initiator, event);
        Line line = Line.arrival(Lane.BRANCH, Lane.COORDINATOR, message);
        moves.add(new CentreMove(
                line, branch, Map.of(branch, Network.of(message)), posted.next(), posted.sends(), false));
    }

    private void unusable(List<CentreMove> moves, Initiator initiator, int branch) {
        Posted posted = desk.post(initiator, new AnswerUnusable(branch, Samples.YES, Samples.REFUSAL));
        Line line = new Line(Lane.BRANCH, Lane.COORDINATOR, Sent.YES + ", with an answer that cannot be used");
        moves.add(new CentreMove(
                line, branch, Map.of(branch, Network.of(Sent.YES)), posted.next(), posted.sends(), true));
    }

    private void add(List<CentreMove> moves, Initiator initiator, String text, CoordinatorEvent event) {
        moves.add(move(Line.at(Lane.COORDINATOR, text), desk.post(initiator, event), false));
    }

    static CentreMove move(Line line, Posted posted, boolean fault) {
        return new CentreMove(line, -1, Map.of(), posted.next(), posted.sends(), fault);
    }

    /** A statement that only read the clock has no commit behind it yet, where the local work has to be committed too. */
    private void crash(List<CentreMove> moves, Initiator initiator) {
        LogState left = initiator.log();
        if (scope.has(Feature.LOCAL_WORK) && left.writing() == Writing.CLOCK_READ) {
            left = left.with(Writing.NOTHING);
        }
        Initiator crashed = initiator.with(left).in(Life.CRASHED);
        moves.add(new CentreMove(Line.at(Lane.COORDINATOR, CRASHES), -1, Map.of(), crashed, Map.of(), true));
        if (initiator.isRunning() && initiator.state().phase() == Phase.COMMITTED) {
            Initiator forgotten = initiator.in(Life.ENDED);
            Line line = Line.at(Lane.COORDINATOR, "leaves the rest to recovery");
            moves.add(new CentreMove(line, -1, Map.of(), forgotten, Map.of(), false));
        }
    }
}
