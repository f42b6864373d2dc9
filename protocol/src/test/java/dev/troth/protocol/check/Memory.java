package dev.troth.protocol.check;

import dev.troth.protocol.Address;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import dev.troth.protocol.participant.ParticipantState;
import dev.troth.protocol.participant.ParticipantState.Finishing;
import dev.troth.protocol.participant.ParticipantState.InDoubt;
import dev.troth.protocol.participant.ParticipantState.Missing;
import dev.troth.protocol.participant.ParticipantState.NotingHeuristic;
import java.util.Optional;
import java.util.Set;

/**
 * What one instance of a participant knows of a branch, and what it is about to do: what a crash takes.
 *
 * @param state of the rules
 * @param due what the rules have asked for and has not happened yet
 */
record Memory(ParticipantState state, Due due) {
    static final Memory NONE = new Memory(new ParticipantState.Unknown(), Due.NOTHING);

    /** What is under way or waits for its time; a branch never has two of these. */
    enum Due {
        NOTHING,
        BEGIN,
        HANDLE,
        FINISH,
        NOTE,
        RETRY,
        ASK
    }

    /**
     * What makes no difference is made equal: counters of attempts choose pauses, answers are for the caller, and that the coordinator
     * is gone only chooses whom to ask first, where here both are asked; a rollback is reported to nobody.
     */
    Memory canonical() {
        if (state instanceof InDoubt inDoubt) {
            Optional<Payload> answer = inDoubt.answer().map(any -> Payload.NOTHING);
            return new Memory(new InDoubt(answer, 0, false), due);
        }
        if (state instanceof Finishing finishing) {
            boolean isReported = finishing.outcome() == Outcome.COMMITTED;
            Set<Address.Instance> listeners = isReported ? finishing.listeners() : Set.of();
            return new Memory(new Finishing(finishing.outcome(), 0, listeners), due);
        }
        if (state instanceof Missing missing) {
            return new Memory(new Missing(0, missing.listeners()), due);
        }
        if (state instanceof NotingHeuristic noting) {
            return new Memory(new NotingHeuristic(noting.decided(), 0, noting.listeners()), due);
        }
        return state instanceof ParticipantState.Over ? NONE : this;
    }
}
