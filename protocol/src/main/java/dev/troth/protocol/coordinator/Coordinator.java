package dev.troth.protocol.coordinator;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Step;
import dev.troth.protocol.Vote;
import dev.troth.protocol.coordinator.CoordinatorAction.Answer;
import dev.troth.protocol.coordinator.CoordinatorAction.AnswerFromLog;
import dev.troth.protocol.coordinator.CoordinatorAction.Forget;
import dev.troth.protocol.coordinator.CoordinatorAction.MarkDone;
import dev.troth.protocol.coordinator.CoordinatorAction.NoteReports;
import dev.troth.protocol.coordinator.CoordinatorAction.RecordCommit;
import dev.troth.protocol.coordinator.CoordinatorAction.Resolve;
import dev.troth.protocol.coordinator.CoordinatorAction.ResolveLater;
import dev.troth.protocol.coordinator.CoordinatorAction.RollBackLocally;
import dev.troth.protocol.coordinator.CoordinatorAction.SendDecision;
import dev.troth.protocol.coordinator.CoordinatorAction.SendPrepare;
import dev.troth.protocol.coordinator.CoordinatorAction.TellCommitted;
import dev.troth.protocol.coordinator.CoordinatorAction.TellRolledBack;
import dev.troth.protocol.coordinator.CoordinatorAction.TellUnknown;
import dev.troth.protocol.coordinator.CoordinatorState.Phase;
import dev.troth.protocol.log.LogRules.Recorded;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The coordinator's rules.
 *
 * <pre>
 *            a no, the deadline, the work failed
 *   WORKING ─────────────────────────────────────────────▶ ABORTED
 *      │ work returned        │             ▲  ▲
 *      ▼                      │   lost race │  │ resolved
 *   VOTING ── all yes ──▶ DECIDING ─────────┘  │
 *                             │  unknown ──▶ RESOLVING
 *                             ▼ recorded       │ resolved
 *                         COMMITTED ◀──────────┘
 *                             │ every branch reported
 *                             ▼
 *                           DONE
 * </pre>
 *
 * <p>While the work still runs, a no is passed on to the other branches at once, but the local work is only rolled back when
 * the work has returned: its connection belongs to it until then.
 */
public final class Coordinator {
    private Coordinator() {}

    /** The next state and what to do, for anything that happens. Duplicates and stale events change nothing. */
    public static Step<CoordinatorState, CoordinatorAction> step(CoordinatorState state, CoordinatorEvent event) {
        return switch (state.phase()) {
            case WORKING -> working(state, event);
            case VOTING -> voting(state, event);
            case DECIDING -> deciding(state, event);
            case RESOLVING -> resolving(state, event);
            case COMMITTED -> committed(state, event);
            case ABORTED -> aborted(state, event);
            case DONE ->
                event instanceof CoordinatorEvent.Inquired asked
                        ? answer(state, asked.branch(), Standing.COMMITTED_DONE)
                        : Step.ignore(state);
        };
    }

    private static Step<CoordinatorState, CoordinatorAction> working(CoordinatorState state, CoordinatorEvent event) {
        if (event instanceof CoordinatorEvent.Enlisted enlisted) {
            int number = state.branches().size();
            CoordinatorState next = state.with(number, BranchState.asked(enlisted.participant()));
            return new Step<>(next, List.of(new SendPrepare(number)));
        }
        if (event instanceof CoordinatorEvent.WorkReturned returned) {
            CoordinatorState next = state.withLocalWork(returned.localWork()).in(Phase.VOTING);
            return state.doomed() ? endWork(next) : decideIfAllVoted(next);
        }
        if (event instanceof CoordinatorEvent.WorkFailed failed) {
            CoordinatorState next = state.refusing(failed.refusal());
            List<CoordinatorAction> actions = state.doomed() ? new ArrayList<>() : rollBackBranches(next);
            actions.addAll(endWork(next).actions());
            return new Step<>(next.in(Phase.ABORTED), actions);
        }
        if (event instanceof CoordinatorEvent.Inquired asked) {
            return answer(state, asked.branch(), state.doomed() ? Standing.ABORTED : Standing.UNDECIDED);
        }
        return collect(state, event, false);
    }

    private static Step<CoordinatorState, CoordinatorAction> voting(CoordinatorState state, CoordinatorEvent event) {
        if (event instanceof CoordinatorEvent.Inquired asked) {
            return answer(state, asked.branch(), Standing.UNDECIDED);
        }
        return collect(state, event, true);
    }

    /** Votes, refusals and the deadline, before the decision. */
    private static Step<CoordinatorState, CoordinatorAction> collect(
            CoordinatorState state, CoordinatorEvent event, boolean workReturned) {
        Optional<CoordinatorState> noted = note(state, event);
        if (noted.isEmpty()) {
            return Step.ignore(state);
        }
        CoordinatorState next = noted.get();
        if (state.doomed()) {
            return new Step<>(next, lateYes(event));
        }
        if (next.doomed()) {
            List<CoordinatorAction> actions = rollBackBranches(next);
            if (workReturned) {
                actions.addAll(endWork(next).actions());
            }
            return new Step<>(workReturned ? next.in(Phase.ABORTED) : next, actions);
        }
        return workReturned ? decideIfAllVoted(next) : new Step<>(next, List.of());
    }

    /** The state with the event in it; empty if the event says nothing new. */
    private static Optional<CoordinatorState> note(CoordinatorState state, CoordinatorEvent event) {
        if (event instanceof CoordinatorEvent.Voted voted && isOpen(state, voted.branch())) {
            BranchState branch = state.branches().get(voted.branch());
            return Optional.of(state.with(voted.branch(), branch.voted(voted.vote())));
        }
        if (event instanceof CoordinatorEvent.AnswerUnusable unusable && isOpen(state, unusable.branch())) {
            BranchState branch = state.branches().get(unusable.branch());
            return Optional.of(
                    state.with(unusable.branch(), branch.voted(unusable.vote()).givenUp(unusable.refusal())));
        }
        if (event instanceof CoordinatorEvent.GaveUp gaveUp && isOpen(state, gaveUp.branch())) {
            BranchState branch = state.branches().get(gaveUp.branch());
            return Optional.of(state.with(gaveUp.branch(), branch.givenUp(gaveUp.refusal())));
        }
        if (event instanceof CoordinatorEvent.WorkFailed failed) {
            return Optional.of(state.refusing(failed.refusal()));
        }
        if (event instanceof CoordinatorEvent.DeadlinePassed && !state.doomed()) {
            return Optional.of(timeOut(state));
        }
        return Optional.empty();
    }

    private static boolean isOpen(CoordinatorState state, int branch) {
        return branch >= 0
                && branch < state.branches().size()
                && state.branches().get(branch).vote().isEmpty();
    }

    /** Blames the branches that have not voted; if all have, the work itself took too long. */
    private static CoordinatorState timeOut(CoordinatorState state) {
        CoordinatorState next = state;
        for (int i = 0; i < state.branches().size(); i++) {
            BranchState branch = state.branches().get(i);
            if (branch.vote().isEmpty()) {
                Refusal late = new Refusal(Refusal.Reason.TIMED_OUT, "did not vote before the deadline");
                next = next.with(i, branch.givenUp(late));
            }
        }
        if (next.doomed()) {
            return next;
        }
        return next.refusing(new Refusal(Refusal.Reason.TIMED_OUT, "the work did not return before the deadline"));
    }

    /** A branch that was asked before the refusal and prepared after it: it missed the first ROLLBACK or will ignore ours. */
    private static List<CoordinatorAction> lateYes(CoordinatorEvent event) {
        if (event instanceof CoordinatorEvent.Voted voted && voted.vote() instanceof Vote.Yes) {
            return List.of(new SendDecision(voted.branch(), Outcome.ABORTED));
        }
        return event instanceof CoordinatorEvent.AnswerUnusable unusable && unusable.vote() instanceof Vote.Yes
                ? List.of(new SendDecision(unusable.branch(), Outcome.ABORTED))
                : List.of();
    }

    private static List<CoordinatorAction> rollBackBranches(CoordinatorState state) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (int i = 0; i < state.branches().size(); i++) {
            if (state.branches().get(i).mayBePrepared()) {
                actions.add(new SendDecision(i, Outcome.ABORTED));
            }
        }
        return actions;
    }

    private static Step<CoordinatorState, CoordinatorAction> endWork(CoordinatorState state) {
        return new Step<>(state.in(Phase.ABORTED), List.of(new RollBackLocally(), new TellRolledBack(), new Forget()));
    }

    private static Step<CoordinatorState, CoordinatorAction> decideIfAllVoted(CoordinatorState state) {
        if (!state.allVoted()) {
            return new Step<>(state, List.of());
        }
        if (state.localWork() || !state.owed().isEmpty()) {
            return new Step<>(state.in(Phase.DECIDING), List.of(new RecordCommit()));
        }
        return new Step<>(state.in(Phase.DONE), List.of(new TellCommitted(), new Forget()));
    }

    private static Step<CoordinatorState, CoordinatorAction> deciding(CoordinatorState state, CoordinatorEvent event) {
        if (event instanceof CoordinatorEvent.CommitAttempted attempted) {
            return attempted.recorded() == Recorded.RECORDED
                    ? commit(state)
                    : abort(state.refusing(notRecorded(attempted.recorded())));
        }
        if (event instanceof CoordinatorEvent.CommitFailed failed) {
            return abort(state.refusing(failed.refusal()));
        }
        if (event instanceof CoordinatorEvent.CommitUnknown) {
            return new Step<>(state.in(Phase.RESOLVING), List.of(new Resolve()));
        }
        return answerIfAsked(state, event, Standing.UNDECIDED);
    }

    private static Refusal notRecorded(Recorded recorded) {
        return recorded == Recorded.LOST
                ? new Refusal(Refusal.Reason.TIMED_OUT, "recovery had already resolved the transaction to roll back")
                : new Refusal(Refusal.Reason.TIMED_OUT, "the deadline had passed by the decision log's clock");
    }

    private static Step<CoordinatorState, CoordinatorAction> resolving(CoordinatorState state, CoordinatorEvent event) {
        if (event instanceof CoordinatorEvent.Resolved resolved) {
            return resolved.outcome() == Outcome.COMMITTED
                    ? commit(state)
                    : abort(state.refusing(new Refusal(
                            Refusal.Reason.UNAVAILABLE, "the local commit failed and the decision log has no commit")));
        }
        if (event instanceof CoordinatorEvent.ResolveFailed) {
            return new Step<>(state, List.of(new TellUnknown(), new ResolveLater()));
        }
        return answerIfAsked(state, event, Standing.UNDECIDED);
    }

    private static Step<CoordinatorState, CoordinatorAction> commit(CoordinatorState state) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (int branch : state.unreported()) {
            actions.add(new SendDecision(branch, Outcome.COMMITTED));
        }
        actions.add(new TellCommitted());
        if (state.unreported().isEmpty()) {
            actions.add(new MarkDone());
            actions.add(new Forget());
            return new Step<>(state.in(Phase.DONE), actions);
        }
        return new Step<>(state.in(Phase.COMMITTED), actions);
    }

    private static Step<CoordinatorState, CoordinatorAction> abort(CoordinatorState state) {
        List<CoordinatorAction> actions = rollBackBranches(state);
        actions.addAll(endWork(state).actions());
        return new Step<>(state.in(Phase.ABORTED), actions);
    }

    private static Step<CoordinatorState, CoordinatorAction> committed(CoordinatorState state, CoordinatorEvent event) {
        if (event instanceof CoordinatorEvent.BranchDone done
                && state.unreported().contains(done.branch())) {
            CoordinatorState next = state.with(
                    done.branch(), state.branches().get(done.branch()).reported());
            return next.unreported().isEmpty()
                    ? new Step<>(next.in(Phase.DONE), List.of(new MarkDone(), new Forget()))
                    : new Step<>(next, List.of());
        }
        if (event instanceof CoordinatorEvent.Voted voted
                && voted.vote() instanceof Vote.Yes
                && state.unreported().contains(voted.branch())) {
            // It votes again, so it has not heard the decision: it is told at once and need not ask.
            return new Step<>(state, List.of(new SendDecision(voted.branch(), Outcome.COMMITTED)));
        }
        if (event instanceof CoordinatorEvent.RedriveDue redrive) {
            return redrive(state, redrive.logged());
        }
        if (event instanceof CoordinatorEvent.Inquired asked) {
            return state.unreported().contains(asked.branch())
                    ? new Step<>(state, List.of(new AnswerFromLog(asked.branch())))
                    : answer(state, asked.branch(), Standing.COMMITTED_DONE);
        }
        return Step.ignore(state);
    }

    /**
     * Tells those again who have not reported. Those who have are noted in the log, for whoever sends it when this instance is gone:
     * by the time the last participant is back, the others may have deleted the branch rows that show that they obeyed.
     */
    private static Step<CoordinatorState, CoordinatorAction> redrive(CoordinatorState state, CommitRecord logged) {
        CoordinatorState next = state.reportedAllBut(logged.numbers());
        if (next.unreported().isEmpty()) {
            return new Step<>(next.in(Phase.DONE), List.of(new MarkDone(), new Forget()));
        }
        List<CoordinatorAction> actions = new ArrayList<>();
        next.unreported().forEach(branch -> actions.add(new SendDecision(branch, Outcome.COMMITTED)));
        Set<Integer> reported = new HashSet<>(logged.numbers());
        next.unreported().forEach(reported::remove);
        if (!reported.isEmpty()) {
            actions.add(new NoteReports(logged, reported));
        }
        return new Step<>(next, actions);
    }

    private static Step<CoordinatorState, CoordinatorAction> aborted(CoordinatorState state, CoordinatorEvent event) {
        List<CoordinatorAction> late = lateYes(event);
        return late.isEmpty() ? answerIfAsked(state, event, Standing.ABORTED) : new Step<>(state, late);
    }

    private static Step<CoordinatorState, CoordinatorAction> answerIfAsked(
            CoordinatorState state, CoordinatorEvent event, Standing standing) {
        return event instanceof CoordinatorEvent.Inquired asked
                ? answer(state, asked.branch(), standing)
                : Step.ignore(state);
    }

    private static Step<CoordinatorState, CoordinatorAction> answer(
            CoordinatorState state, int branch, Standing standing) {
        return new Step<>(state, List.of(new Answer(branch, standing)));
    }
}
