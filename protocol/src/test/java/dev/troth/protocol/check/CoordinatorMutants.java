package dev.troth.protocol.check;

import static dev.troth.protocol.check.Invariant.ATOMICITY;
import static dev.troth.protocol.check.Invariant.COMMIT_ONLY_AFTER_THE_DECISION;
import static dev.troth.protocol.check.Invariant.EVERYBODY_CAN_ALWAYS_GET_UNSTUCK;
import static dev.troth.protocol.check.Invariant.HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED;
import static dev.troth.protocol.check.Invariant.UNKNOWN_IS_NEVER_GUESSED;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Step;
import dev.troth.protocol.check.Scope.Feature;
import dev.troth.protocol.coordinator.Coordinator;
import dev.troth.protocol.coordinator.CoordinatorAction;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.coordinator.CoordinatorEvent.BranchDone;
import dev.troth.protocol.coordinator.CoordinatorEvent.CommitAttempted;
import dev.troth.protocol.coordinator.CoordinatorEvent.CommitFailed;
import dev.troth.protocol.coordinator.CoordinatorEvent.CommitUnknown;
import dev.troth.protocol.coordinator.CoordinatorEvent.ResolveFailed;
import dev.troth.protocol.coordinator.CoordinatorEvent.Resolved;
import dev.troth.protocol.coordinator.CoordinatorEvent.Voted;
import dev.troth.protocol.coordinator.CoordinatorState;
import dev.troth.protocol.coordinator.CoordinatorState.Phase;
import dev.troth.protocol.coordinator.OnePhase;
import dev.troth.protocol.log.LogRules.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The coordinator without one of its rules: 4 and 8, the votes, what it answers, and that it does not give up. */
final class CoordinatorMutants {
    private static final Scope ONE = Scope.of("1 branch", 1, 1);
    private static final Scope LOCAL = Scope.of("1 branch, local work", 1, 1, Feature.LOCAL_WORK);
    private static final Scope TWO = Scope.of("2 branches", 2, 1);
    private static final Scope TWO_AND_A_PERSON = Scope.of("2 branches, a person", 2, 1, Feature.PERSON);
    private static final Scope FORGETFUL = Scope.of("1 branch, forgetful broker", 1, 1, Feature.FORGETFUL_BROKER);
    private static final Scope AT_ONCE = Scope.of("one phase", 1, 2, Feature.ONE_PHASE);

    private CoordinatorMutants() {}

    static Stream<Mutant> all() {
        return Stream.of(votes(), record(), messages(), oneBranch()).flatMap(mutants -> mutants);
    }

    private static Stream<Mutant> votes() {
        return Stream.of(
                events("a no counts as a yes", ONE, CoordinatorMutants::noIsYes, ATOMICITY),
                replaced("the first yes decides", TWO, CoordinatorMutants::firstYesDecides, ATOMICITY),
                replaced(
                        "rule 4: the first report makes the decision history",
                        TWO,
                        CoordinatorMutants::firstReport,
                        ATOMICITY));
    }

    private static Stream<Mutant> record() {
        return Stream.of(
                events(
                        "rule 8: a commit of unknown fate counts as failed",
                        LOCAL,
                        event -> event instanceof CommitUnknown ? new CommitFailed(Samples.REFUSAL) : event,
                        UNKNOWN_IS_NEVER_GUESSED),
                events(
                        "rule 8: a commit of unknown fate counts as recorded",
                        LOCAL,
                        event -> event instanceof CommitUnknown ? new CommitAttempted(Recorded.RECORDED) : event,
                        UNKNOWN_IS_NEVER_GUESSED),
                events(
                        "rule 8: a log that cannot be asked has aborted",
                        LOCAL,
                        event -> event instanceof ResolveFailed ? new Resolved(Outcome.ABORTED) : event,
                        UNKNOWN_IS_NEVER_GUESSED),
                events(
                        "rule 8: a commit that was not recorded is sent all the same",
                        ONE,
                        event -> event instanceof CommitAttempted ? new CommitAttempted(Recorded.RECORDED) : event,
                        UNKNOWN_IS_NEVER_GUESSED));
    }

    private static Stream<Mutant> messages() {
        return Stream.of(
                actions(
                        "the commit is sent before it is recorded",
                        ONE,
                        CoordinatorMutants::commitBeforeRecord,
                        COMMIT_ONLY_AFTER_THE_DECISION),
                actions(
                        "whoever asks while votes are collected is told: aborted",
                        ONE,
                        CoordinatorMutants::undecidedIsAborted,
                        ATOMICITY),
                actions(
                        "a log that cannot be asked is not asked again",
                        LOCAL,
                        without(action -> action instanceof CoordinatorAction.ResolveLater),
                        EVERYBODY_CAN_ALWAYS_GET_UNSTUCK),
                replaced(
                        "a decision is not sent again",
                        FORGETFUL,
                        (state, event) -> event instanceof CoordinatorEvent.RedriveDue
                                ? Step.ignore(state)
                                : Coordinator.step(state, event),
                        EVERYBODY_CAN_ALWAYS_GET_UNSTUCK),
                replaced(
                        "a report is noted that nobody gave",
                        TWO_AND_A_PERSON,
                        CoordinatorMutants::reportNobodyGave,
                        HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED));
    }

    private static Stream<Mutant> oneBranch() {
        return Stream.of(
                onePhase(
                        "nobody at the address is a rollback also when it is asked again",
                        event -> event,
                        state -> new OnePhase.State(0, state.over())),
                onePhase(
                        "no answer is a rollback",
                        event -> event instanceof OnePhase.Event.AskDue ? new OnePhase.Event.Voted(Samples.NO) : event,
                        state -> state));
    }

    private static CoordinatorEvent noIsYes(CoordinatorEvent event) {
        return event instanceof Voted voted ? new Voted(voted.branch(), Samples.YES) : event;
    }

    private static Step<CoordinatorState, CoordinatorAction> firstYesDecides(
            CoordinatorState state, CoordinatorEvent event) {
        Step<CoordinatorState, CoordinatorAction> step = Coordinator.step(state, event);
        return step.state().phase() == Phase.VOTING && !step.state().owed().isEmpty()
                ? new Step<>(
                        new CoordinatorState(
                                Phase.DECIDING,
                                step.state().localWork(),
                                step.state().own(),
                                step.state().branches()),
                        List.of(new CoordinatorAction.RecordCommit()))
                : step;
    }

    private static Step<CoordinatorState, CoordinatorAction> firstReport(
            CoordinatorState state, CoordinatorEvent event) {
        return state.phase() == Phase.COMMITTED && event instanceof BranchDone
                ? new Step<>(state, List.of(new CoordinatorAction.MarkDone(), new CoordinatorAction.Forget()))
                : Coordinator.step(state, event);
    }

    private static Step<CoordinatorState, CoordinatorAction> reportNobodyGave(
            CoordinatorState state, CoordinatorEvent event) {
        Step<CoordinatorState, CoordinatorAction> step = Coordinator.step(state, event);
        List<CoordinatorAction> actions = changed(
                step.actions(),
                action -> action instanceof CoordinatorAction.NoteReports note
                        ? List.of(new CoordinatorAction.NoteReports(
                                note.logged(), note.logged().numbers()))
                        : List.of(action));
        return new Step<>(step.state(), actions);
    }

    private static List<CoordinatorAction> commitBeforeRecord(List<CoordinatorAction> actions) {
        return changed(
                actions,
                action -> action instanceof CoordinatorAction.RecordCommit
                        ? List.of(action, new CoordinatorAction.SendDecision(0, Outcome.COMMITTED))
                        : List.of(action));
    }

    private static List<CoordinatorAction> undecidedIsAborted(List<CoordinatorAction> actions) {
        return changed(
                actions,
                action -> action instanceof CoordinatorAction.Answer answer && answer.standing() == Standing.UNDECIDED
                        ? List.of(new CoordinatorAction.Answer(answer.branch(), Standing.ABORTED))
                        : List.of(action));
    }

    private static UnaryOperator<List<CoordinatorAction>> without(Predicate<CoordinatorAction> dropped) {
        return actions -> changed(actions, action -> dropped.test(action) ? List.of() : List.of(action));
    }

    private static List<CoordinatorAction> changed(
            List<CoordinatorAction> actions, Function<CoordinatorAction, List<CoordinatorAction>> by) {
        List<CoordinatorAction> changed = new ArrayList<>();
        actions.forEach(action -> changed.addAll(by.apply(action)));
        return changed;
    }

    private static Mutant replaced(
            String name,
            Scope scope,
            Rules.Steps<CoordinatorState, CoordinatorEvent, CoordinatorAction> step,
            Invariant broken) {
        return new Mutant(name, scope, Rules.PRODUCTION.withCoordinator(step), broken);
    }

    private static Mutant events(String name, Scope scope, UnaryOperator<CoordinatorEvent> change, Invariant broken) {
        return replaced(name, scope, (state, event) -> Coordinator.step(state, change.apply(event)), broken);
    }

    private static Mutant actions(
            String name, Scope scope, UnaryOperator<List<CoordinatorAction>> change, Invariant broken) {
        return replaced(
                name,
                scope,
                (state, event) -> {
                    Step<CoordinatorState, CoordinatorAction> step = Coordinator.step(state, event);
                    return new Step<>(step.state(), change.apply(step.actions()));
                },
                broken);
    }

    private static Mutant onePhase(
            String name, UnaryOperator<OnePhase.Event> event, UnaryOperator<OnePhase.State> state) {
        return new Mutant(
                name,
                AT_ONCE,
                Rules.PRODUCTION.withOnePhase((before, happened) -> OnePhase.step(
                        happened instanceof OnePhase.Event.Unroutable ? state.apply(before) : before,
                        event.apply(happened))),
                UNKNOWN_IS_NEVER_GUESSED);
    }
}
