package dev.troth.protocol.check;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Step;
import dev.troth.protocol.coordinator.Coordinator;
import dev.troth.protocol.coordinator.CoordinatorAction;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.coordinator.CoordinatorState;
import dev.troth.protocol.coordinator.OnePhase;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.protocol.participant.ParticipantAction;
import dev.troth.protocol.participant.ParticipantEvent;
import dev.troth.protocol.participant.ParticipantRules;
import dev.troth.protocol.participant.ParticipantState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The rules that are walked: {@link #PRODUCTION} holds the very functions that run in production. A mutant is the same with one
 * function wrapped, so that production needs no switches to be tested without a rule.
 *
 * @param coordinator {@link Coordinator#step}
 * @param onePhase {@link OnePhase#step}
 * @param participant {@link ParticipantRules#step}
 * @param log the rules of the decision log
 * @param store what a branch store promises: {@link StoreRules}
 */
record Rules(
        Steps<CoordinatorState, CoordinatorEvent, CoordinatorAction> coordinator,
        Steps<OnePhase.State, OnePhase.Event, OnePhase.Action> onePhase,
        Steps<ParticipantState, ParticipantEvent, ParticipantAction> participant,
        OfLog log,
        StoreRules store) {

    static final Rules PRODUCTION = new Rules(
            Coordinator::step, OnePhase::step, ParticipantRules::step, OfLog.PRODUCTION, StoreRules.PRODUCTION);

    /** A state machine: (state, event) to (state, actions). */
    interface Steps<S, E, A> {
        Step<S, A> step(S state, E event);
    }

    /**
     * What a decision log does: {@link LogRules}.
     *
     * @param decide {@link LogRules#decide}
     * @param resolve {@link LogRules#resolve}
     * @param standing {@link LogRules#standing}
     * @param mayPurge {@link LogRules#mayPurge}
     */
    record OfLog(
            Decide decide, Function<Optional<DecisionRow>, Outcome> resolve, ToStanding standing, MayPurge mayPurge) {
        static final OfLog PRODUCTION =
                new OfLog(LogRules::decide, LogRules::resolve, LogRules::standing, LogRules::mayPurge);

        OfLog withDecide(Decide other) {
            return new OfLog(other, resolve, standing, mayPurge);
        }

        OfLog withMayPurge(MayPurge other) {
            return new OfLog(decide, resolve, standing, other);
        }

        OfLog withStanding(ToStanding other) {
            return new OfLog(decide, resolve, other, mayPurge);
        }

        OfLog withResolve(Function<Optional<DecisionRow>, Outcome> other) {
            return new OfLog(decide, other, standing, mayPurge);
        }
    }

    /** The form of {@link LogRules#standing}. */
    interface ToStanding {
        Standing standing(DecisionRow row, int branch);
    }

    /** The form of {@link LogRules#decide}. */
    interface Decide {
        Recorded decide(Optional<DecisionRow> row, Gid gid, Instant now);
    }

    /** The form of {@link LogRules#mayPurge}. */
    interface MayPurge {
        boolean mayPurge(DecisionRow row, Instant now, Duration margin, Duration history);
    }

    Rules withCoordinator(Steps<CoordinatorState, CoordinatorEvent, CoordinatorAction> other) {
        return new Rules(other, onePhase, participant, log, store);
    }

    Rules withOnePhase(Steps<OnePhase.State, OnePhase.Event, OnePhase.Action> other) {
        return new Rules(coordinator, other, participant, log, store);
    }

    Rules withParticipant(Steps<ParticipantState, ParticipantEvent, ParticipantAction> other) {
        return new Rules(coordinator, onePhase, other, log, store);
    }

    Rules withLog(UnaryOperator<OfLog> wrap) {
        return new Rules(coordinator, onePhase, participant, wrap.apply(log), store);
    }

    Rules withStore(StoreRules other) {
        return new Rules(coordinator, onePhase, participant, log, other);
    }
}
