package dev.troth.protocol.check;

import dev.troth.protocol.check.Initiator.Told;
import dev.troth.protocol.coordinator.OnePhase;
import java.util.List;

/**
 * The caller of {@code execute}, for whom one branch is the whole transaction.
 *
 * @param state of the rules
 * @param life how far its process is
 * @param asks whether it will ask again
 * @param told what it was told
 */
record Caller(OnePhase.State state, Life life, boolean asks, Told told) implements Centre {
    static final Caller BEGUN = new Caller(OnePhase.State.SENT, Life.BEFORE_SENDING, true, Told.NOTHING);

    /** What the caller's process is at. */
    enum Life {
        BEFORE_SENDING,
        WAITING,
        CRASHED
    }

    Caller sent() {
        return new Caller(state, life == Life.BEFORE_SENDING ? Life.WAITING : life, asks, told);
    }

    Caller crashed() {
        return new Caller(new OnePhase.State(0, true), Life.CRASHED, false, told);
    }

    @Override
    public boolean canRename(int branches) {
        return true;
    }

    @Override
    public Caller renamed(List<Integer> names) {
        return this;
    }

    /** A branch row outlives the few seconds in which its caller asks for it. */
    @Override
    public boolean owes(int branch) {
        return !state.over();
    }

    @Override
    public boolean isSettled() {
        return state.over();
    }

    @Override
    public String summary() {
        return "caller: told " + told;
    }
}
