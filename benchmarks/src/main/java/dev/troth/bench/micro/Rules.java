package dev.troth.bench.micro;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Vote;
import dev.troth.protocol.coordinator.Coordinator;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.coordinator.CoordinatorState;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.protocol.participant.ParticipantEvent;
import dev.troth.protocol.participant.ParticipantRules;
import dev.troth.protocol.participant.ParticipantState;
import org.openjdk.jmh.annotations.Benchmark;

/** Every decision of a transaction that commits, without anything that is done about it. */
public class Rules {

    /** From begin to done, two participants. */
    @Benchmark
    public CoordinatorState coordinatorOfTwo() {
        return transaction(2);
    }

    /** From begin to done, four participants. */
    @Benchmark
    public CoordinatorState coordinatorOfFour() {
        return transaction(4);
    }

    private static CoordinatorState transaction(int participants) {
        CoordinatorState state = CoordinatorState.BEGUN;
        for (int i = 0; i < participants; i++) {
            state = step(state, new CoordinatorEvent.Enlisted("reviews"));
        }
        for (int i = 0; i < participants; i++) {
            state = step(state, new CoordinatorEvent.Voted(i, new Vote.Yes(Payload.NOTHING, Samples.VOTER)));
        }
        state = step(state, new CoordinatorEvent.WorkReturned(true));
        state = step(state, new CoordinatorEvent.CommitAttempted(Recorded.RECORDED));
        for (int i = 0; i < participants; i++) {
            state = step(state, new CoordinatorEvent.BranchDone(i));
        }
        return state;
    }

    private static CoordinatorState step(CoordinatorState state, CoordinatorEvent event) {
        return Coordinator.step(state, event).state();
    }

    /** From PREPARE to the report. */
    @Benchmark
    public ParticipantState branch() {
        ParticipantState state = new ParticipantState.Unknown();
        state = step(state, new ParticipantEvent.PrepareArrived(false));
        state = step(state, new ParticipantEvent.Prepared(Payload.NOTHING));
        state = step(state, new ParticipantEvent.Decided(Outcome.COMMITTED, Samples.COORDINATOR));
        return step(state, new ParticipantEvent.Finished());
    }

    private static ParticipantState step(ParticipantState state, ParticipantEvent event) {
        return ParticipantRules.step(state, event).state();
    }
}
