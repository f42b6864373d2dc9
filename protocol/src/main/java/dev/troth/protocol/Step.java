package dev.troth.protocol;

import java.util.List;

/**
 * What a rule returns: the next state and what is to be done.
 *
 * @param state the next state
 * @param actions what the engine has to do, in order; empty if nothing
 */
public record Step<S, A>(S state, List<A> actions) {
    /** Copies the list. */
    public Step {
        actions = List.copyOf(actions);
    }

    /** The same state and nothing to do: a duplicate or stale event. */
    public static <S, A> Step<S, A> ignore(S state) {
        return new Step<>(state, List.of());
    }
}
