package dev.troth.protocol.check;

import dev.troth.protocol.Step;
import dev.troth.protocol.check.Caller.Life;
import dev.troth.protocol.check.Initiator.Told;
import dev.troth.protocol.check.Line.Lane;
import dev.troth.protocol.coordinator.OnePhase;
import dev.troth.protocol.coordinator.OnePhase.Action;
import dev.troth.protocol.coordinator.OnePhase.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can happen to the caller of {@code execute}, as the engine's {@code OnePhaseCall} tells it to the rules. */
final class CallerMoves implements CentreMoves {
    private static final Map<Integer, Network> PREPARE = Map.of(0, Network.of(Sent.PREPARE));

    private final Rules rules;

    CallerMoves(Rules rules) {
        this.rules = rules;
    }

    @Override
    public Caller start() {
        return Caller.BEGUN;
    }

    @Override
    public List<CentreMove> of(Centre centre) {
        Caller caller = (Caller) centre;
        List<CentreMove> moves = new ArrayList<>();
        switch (caller.life()) {
            case BEFORE_SENDING -> {
                moves.add(move("sends PREPARE", caller.sent(), PREPARE, false));
                nobody(moves, caller);
            }
            case WAITING -> waiting(moves, caller);
            case CRASHED -> {}
        }
        if (caller.life() != Life.CRASHED) {
            moves.add(move("crashes", caller.crashed(), Map.of(), true));
        }
        moves.removeIf(move -> move.next().equals(caller) && move.sends().isEmpty());
        return moves;
    }

    private void waiting(List<CentreMove> moves, Caller caller) {
        receive(moves, caller, Sent.READ_ONLY, new Event.Voted(Samples.READ_ONLY));
        receive(moves, caller, Sent.NO, new Event.Voted(Samples.NO));
        if (caller.asks()) {
            Caller asked = post(caller, new Event.AskDue());
            boolean over = asked.state().over();
            moves.add(move(over ? "gives up" : "asks again", asked, over ? Map.of() : PREPARE, false));
            if (!over) {
                nobody(moves, asked);
            }
        }
    }

    /** The message that is sent just now reaches nobody. */
    private void nobody(List<CentreMove> moves, Caller caller) {
        moves.add(move(
                "finds nobody at the address",
                post(caller, new Event.Unroutable()).sent(),
                Map.of(),
                true));
    }

    private static CentreMove move(String text, Caller next, Map<Integer, Network> sends, boolean fault) {
        return new CentreMove(Line.at(Lane.COORDINATOR, text), -1, Map.of(), next, sends, fault);
    }

    private void receive(List<CentreMove> moves, Caller caller, Sent message, Event event) {
        Line line = Line.arrival(Lane.BRANCH, Lane.COORDINATOR, message);
        moves.add(new CentreMove(line, 0, Map.of(0, Network.of(message)), post(caller, event), Map.of(), false));
    }

    private Caller post(Caller caller, Event event) {
        Step<OnePhase.State, Action> step = rules.onePhase().step(caller.state(), event);
        Told told = caller.told();
        boolean asks = caller.asks() && !(event instanceof Event.AskDue);
        for (Action action : step.actions()) {
            if (action instanceof Action.TellCommitted) {
                told = Told.COMMITTED;
            } else if (action instanceof Action.TellRolledBack) {
                told = Told.ROLLED_BACK;
            } else if (action instanceof Action.AskAgain) {
                asks = true;
            }
        }
        return new Caller(step.state(), caller.life(), asks, told);
    }
}
