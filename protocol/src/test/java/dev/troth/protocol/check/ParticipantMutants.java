package dev.troth.protocol.check;

import static dev.troth.protocol.check.Invariant.ATOMICITY;
import static dev.troth.protocol.check.Invariant.EVERYBODY_CAN_ALWAYS_GET_UNSTUCK;
import static dev.troth.protocol.check.Invariant.HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED;
import static dev.troth.protocol.check.Invariant.NO_YES_VOTER_DECIDES_ALONE;
import static dev.troth.protocol.check.Invariant.UNKNOWN_IS_NEVER_GUESSED;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Step;
import dev.troth.protocol.check.Scope.Feature;
import dev.troth.protocol.participant.ParticipantAction;
import dev.troth.protocol.participant.ParticipantEvent;
import dev.troth.protocol.participant.ParticipantEvent.Answered;
import dev.troth.protocol.participant.ParticipantEvent.Decided;
import dev.troth.protocol.participant.ParticipantEvent.Finished;
import dev.troth.protocol.participant.ParticipantEvent.FoundCommitted;
import dev.troth.protocol.participant.ParticipantEvent.InquiryDue;
import dev.troth.protocol.participant.ParticipantEvent.NotFinished;
import dev.troth.protocol.participant.ParticipantEvent.NotFound;
import dev.troth.protocol.participant.ParticipantEvent.PrepareUnknown;
import dev.troth.protocol.participant.ParticipantEvent.Prepared;
import dev.troth.protocol.participant.ParticipantEvent.Refused;
import dev.troth.protocol.participant.ParticipantRules;
import dev.troth.protocol.participant.ParticipantState;
import dev.troth.protocol.participant.ParticipantState.Finishing;
import dev.troth.protocol.participant.ParticipantState.InDoubt;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The participant without one of its rules: 5, 6 and 7, and that no yes-voter decides alone. */
final class ParticipantMutants {
    private static final Scope ONE = Scope.of("1 branch", 1, 1);
    private static final Scope FORGETFUL = Scope.of("1 branch, forgetful broker", 1, 1, Feature.FORGETFUL_BROKER);
    private static final Scope SLOW = Scope.of("1 branch, slow participants", 1, 1, Feature.SLOW_PARTICIPANTS);
    private static final Scope SHARED = Scope.of("1 branch, 2 instances", 1, 2, Feature.LINGERING_SESSIONS);

    private ParticipantMutants() {}

    static Stream<Mutant> all() {
        return Stream.of(inquiries(), doubt(), secondPhase(), promises()).flatMap(mutants -> mutants);
    }

    private static Stream<Mutant> inquiries() {
        return Stream.of(
                actions(
                        "rule 5: whoever is in doubt does not ask",
                        ONE,
                        action -> !(action instanceof ParticipantAction.AskLog
                                || action instanceof ParticipantAction.AskCoordinator),
                        EVERYBODY_CAN_ALWAYS_GET_UNSTUCK),
                actions(
                        "rule 5: whoever is in doubt asks the coordinator only",
                        ONE,
                        action -> !(action instanceof ParticipantAction.AskLog),
                        EVERYBODY_CAN_ALWAYS_GET_UNSTUCK),
                actions(
                        "rule 5: whoever is in doubt asks once",
                        FORGETFUL,
                        action -> !(action instanceof ParticipantAction.AskLater),
                        EVERYBODY_CAN_ALWAYS_GET_UNSTUCK),
                events(
                        "a prepared branch that is found by a sweep is left alone",
                        FORGETFUL,
                        event -> event instanceof ParticipantEvent.Swept ? new NotFound() : event,
                        EVERYBODY_CAN_ALWAYS_GET_UNSTUCK));
    }

    private static Stream<Mutant> doubt() {
        return Stream.of(
                events(
                        "whoever is told to wait rolls back",
                        ONE,
                        event ->
                                event instanceof InquiryDue ? new Answered(Standing.ABORTED, Samples.INITIATOR) : event,
                        ATOMICITY),
                replaced(
                        "a yes-voter rolls back when its deadline has passed",
                        ONE,
                        ParticipantMutants::rollsBackAlone,
                        NO_YES_VOTER_DECIDES_ALONE),
                replaced(
                        "a prepare of unknown fate is rolled back by who does not know it",
                        SHARED,
                        ParticipantMutants::rollsBackWhatIsUnknown,
                        ATOMICITY));
    }

    private static Stream<Mutant> secondPhase() {
        return Stream.of(
                replaced(
                        "rule 6: no trace of a branch that is to commit is a heuristic outcome, without asking",
                        ONE,
                        ParticipantMutants::doesNotAsk,
                        HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED),
                replaced(
                        "rule 6: a stale duplicate is a heuristic outcome",
                        ONE,
                        ParticipantMutants::takesStaleForHeuristic,
                        HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED),
                events(
                        "rule 7: a failure in phase two is final",
                        SLOW,
                        event -> event instanceof NotFinished ? new Finished() : event,
                        ATOMICITY),
                actions(
                        "rule 7: a failure in phase two is not tried again",
                        SLOW,
                        action -> !(action instanceof ParticipantAction.RetryLater),
                        EVERYBODY_CAN_ALWAYS_GET_UNSTUCK));
    }

    private static Stream<Mutant> promises() {
        return Stream.of(
                events(
                        "a yes is said before the branch is prepared",
                        ONE,
                        event -> event instanceof Refused ? new Prepared(Payload.NOTHING) : event,
                        ATOMICITY),
                actions(
                        "a commit is not reported",
                        ONE,
                        action -> !(action instanceof ParticipantAction.Report),
                        EVERYBODY_CAN_ALWAYS_GET_UNSTUCK),
                events(
                        "whoever is told to commit rolls back",
                        ONE,
                        event ->
                                event instanceof Decided decided ? new Decided(Outcome.ABORTED, decided.from()) : event,
                        ATOMICITY),
                new Mutant(
                        "a one-phase branch that has committed before votes no",
                        Scope.of("one phase", 1, 2, Feature.ONE_PHASE),
                        Rules.PRODUCTION.withParticipant((state, event) -> ParticipantRules.step(
                                state, event instanceof FoundCommitted ? new Refused(Samples.REFUSAL) : event)),
                        UNKNOWN_IS_NEVER_GUESSED));
    }

    private static Step<ParticipantState, ParticipantAction> rollsBackAlone(
            ParticipantState state, ParticipantEvent event) {
        return state instanceof InDoubt && event instanceof InquiryDue due && due.deadlinePassed()
                ? finish(Outcome.ABORTED)
                : ParticipantRules.step(state, event);
    }

    private static Step<ParticipantState, ParticipantAction> rollsBackWhatIsUnknown(
            ParticipantState state, ParticipantEvent event) {
        return event instanceof PrepareUnknown ? finish(Outcome.ABORTED) : ParticipantRules.step(state, event);
    }

    private static Step<ParticipantState, ParticipantAction> finish(Outcome outcome) {
        return new Step<>(new Finishing(outcome, 0, Set.of()), List.of(new ParticipantAction.Finish(outcome)));
    }

    private static Step<ParticipantState, ParticipantAction> doesNotAsk(
            ParticipantState state, ParticipantEvent event) {
        Step<ParticipantState, ParticipantAction> step = ParticipantRules.step(state, event);
        return step.state() instanceof ParticipantState.Missing
                ? ParticipantRules.step(step.state(), new Answered(Standing.COMMITTED_OWED, Samples.INITIATOR))
                : step;
    }

    private static Step<ParticipantState, ParticipantAction> takesStaleForHeuristic(
            ParticipantState state, ParticipantEvent event) {
        boolean stale = state instanceof ParticipantState.Missing && event instanceof Answered;
        return ParticipantRules.step(state, stale ? new Answered(Standing.COMMITTED_OWED, Samples.INITIATOR) : event);
    }

    private static Mutant replaced(
            String name,
            Scope scope,
            Rules.Steps<ParticipantState, ParticipantEvent, ParticipantAction> step,
            Invariant broken) {
        return new Mutant(name, scope, Rules.PRODUCTION.withParticipant(step), broken);
    }

    private static Mutant events(String name, Scope scope, UnaryOperator<ParticipantEvent> change, Invariant broken) {
        return replaced(name, scope, (state, event) -> ParticipantRules.step(state, change.apply(event)), broken);
    }

    private static Mutant actions(String name, Scope scope, Predicate<ParticipantAction> kept, Invariant broken) {
        return replaced(
                name,
                scope,
                (state, event) -> {
                    Step<ParticipantState, ParticipantAction> step = ParticipantRules.step(state, event);
                    return new Step<>(
                            step.state(), step.actions().stream().filter(kept).toList());
                },
                broken);
    }
}
