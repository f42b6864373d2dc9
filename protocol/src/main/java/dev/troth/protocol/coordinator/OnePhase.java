package dev.troth.protocol.coordinator;

import dev.troth.protocol.Refusal;
import dev.troth.protocol.Step;
import dev.troth.protocol.Vote;
import java.util.List;

/**
 * The caller's rules where one branch is the whole transaction: its participant decides by committing at once, and its branch
 * row is the decision. A lost answer is asked for by sending the same message again: after the deadline the participant never
 * starts the branch, so the answer is then final.
 */
public final class OnePhase {
    /** How often an answer that does not come is asked for before the caller hears that it is not known. */
    public static final int MAX_ASKS = 5;

    private OnePhase() {}

    /**
     * What the caller knows.
     *
     * @param asks how often it has asked again
     * @param over the caller has been told
     */
    public record State(int asks, boolean over) {
        /** Just sent. */
        public static final State SENT = new State(0, false);
    }

    /** What can happen. */
    public sealed interface Event {
        /** The participant has answered. */
        record Voted(Vote vote) implements Event {}

        /** Nobody is at the participant's address. */
        record Unroutable() implements Event {}

        /** The deadline has passed, or the time to ask again has come. */
        record AskDue() implements Event {}
    }

    /** What to do. */
    public sealed interface Action {
        /** Send the same PREPARE again, and wake up later. */
        record AskAgain() implements Action {}

        /** Tell the caller: committed. */
        record TellCommitted(Vote vote) implements Action {}

        /** Tell the caller: rolled back. */
        record TellRolledBack(Refusal refusal) implements Action {}

        /** Tell the caller: not known. */
        record TellUnknown() implements Action {}
    }

    /** The next state and what to do. */
    public static Step<State, Action> step(State state, Event event) {
        if (state.over()) {
            return Step.ignore(state);
        }
        if (event instanceof Event.Voted voted) {
            return over(
                    state,
                    voted.vote() instanceof Vote.No no
                            ? new Action.TellRolledBack(no.refusal())
                            : new Action.TellCommitted(voted.vote()));
        }
        if (event instanceof Event.Unroutable && state.asks() == 0) {
            return over(
                    state,
                    new Action.TellRolledBack(new Refusal(
                            Refusal.Reason.UNKNOWN_PARTICIPANT, "nobody offers a participant of this name")));
        }
        if (event instanceof Event.AskDue) {
            return state.asks() < MAX_ASKS
                    ? new Step<>(new State(state.asks() + 1, false), List.of(new Action.AskAgain()))
                    : over(state, new Action.TellUnknown());
        }
        return Step.ignore(state);
    }

    private static Step<State, Action> over(State state, Action action) {
        return new Step<>(new State(state.asks(), true), List.of(action));
    }
}
