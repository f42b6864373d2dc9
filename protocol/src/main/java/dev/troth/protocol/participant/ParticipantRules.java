package dev.troth.protocol.participant;

import dev.troth.protocol.Address;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Step;
import dev.troth.protocol.participant.ParticipantAction.AskCoordinator;
import dev.troth.protocol.participant.ParticipantAction.AskLater;
import dev.troth.protocol.participant.ParticipantAction.AskLog;
import dev.troth.protocol.participant.ParticipantAction.Finish;
import dev.troth.protocol.participant.ParticipantAction.Forget;
import dev.troth.protocol.participant.ParticipantAction.Interrupt;
import dev.troth.protocol.participant.ParticipantAction.NoteHeuristic;
import dev.troth.protocol.participant.ParticipantAction.RaiseCommitted;
import dev.troth.protocol.participant.ParticipantAction.Report;
import dev.troth.protocol.participant.ParticipantAction.RetryLater;
import dev.troth.protocol.participant.ParticipantAction.VoteNo;
import dev.troth.protocol.participant.ParticipantAction.VoteReadOnly;
import dev.troth.protocol.participant.ParticipantAction.VoteYes;
import dev.troth.protocol.participant.ParticipantAction.Work;
import dev.troth.protocol.participant.ParticipantState.Finishing;
import dev.troth.protocol.participant.ParticipantState.InDoubt;
import dev.troth.protocol.participant.ParticipantState.Missing;
import dev.troth.protocol.participant.ParticipantState.NotingHeuristic;
import dev.troth.protocol.participant.ParticipantState.Over;
import dev.troth.protocol.participant.ParticipantState.Unknown;
import dev.troth.protocol.participant.ParticipantState.Working;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The participant's rules for one branch.
 *
 * <pre>
 *            PREPARE              prepared                decision, answer
 *   Unknown ─────────▶ Working ───────────▶ InDoubt ─────────────────────▶ Finishing ──▶ Over
 *      │                  │ no                 ▲ ╲ hears nothing: asks         │
 *      │                  ▼                    │  ╲______________________       │ COMMIT, and no trace of it
 *      │                 Over                  │                                ▼
 *      ├── swept from the store ───────────────┘             Over ◀── Missing: is it still owed?
 *      └── decision ──▶ Finishing                                       │ yes
 *                                                                       ▼
 *                                                             NotingHeuristic ──▶ Over
 * </pre>
 *
 * <p>A branch that has voted yes never decides alone: it leaves {@code InDoubt} only by a decision or an answer.
 */
public final class ParticipantRules {
    private ParticipantRules() {}

    /** The next state and what to do, for anything that happens. Duplicates and stale events change nothing. */
    public static Step<ParticipantState, ParticipantAction> step(ParticipantState state, ParticipantEvent event) {
        if (state instanceof Unknown) {
            return unknown(state, event);
        }
        if (state instanceof Working working) {
            return working(working, event);
        }
        if (state instanceof InDoubt inDoubt) {
            return inDoubt(inDoubt, event);
        }
        if (state instanceof Finishing finishing) {
            return finishing(finishing, event);
        }
        if (state instanceof Missing missing) {
            return missing(missing, event);
        }
        if (state instanceof NotingHeuristic noting) {
            return noting(noting, event);
        }
        return Step.ignore(state);
    }

    private static Step<ParticipantState, ParticipantAction> unknown(ParticipantState state, ParticipantEvent event) {
        if (event instanceof ParticipantEvent.PrepareArrived prepare) {
            return to(new Working(prepare.onePhase(), Optional.empty()), new Work(prepare.onePhase()));
        }
        if (event instanceof ParticipantEvent.Decided decided) {
            return obey(decided);
        }
        if (event instanceof ParticipantEvent.Swept) {
            // The coordinator's instance may be gone with ours; it is asked first all the same: an answer from the log
            // would abort a transaction that is still collecting votes.
            return to(new InDoubt(Optional.of(Payload.LOST), 1, false), new AskCoordinator(1), new AskLater(1));
        }
        return Step.ignore(state);
    }

    private static Step<ParticipantState, ParticipantAction> working(Working state, ParticipantEvent event) {
        if (event instanceof ParticipantEvent.Prepared prepared) {
            return state.decided().map(ParticipantRules::obey).orElseGet(() -> voteYes(prepared.answer()));
        }
        if (event instanceof ParticipantEvent.FoundPrepared) {
            return state.decided().map(ParticipantRules::obey).orElseGet(() -> voteYes(Payload.LOST));
        }
        if (event instanceof ParticipantEvent.WasReadOnly readOnly) {
            return over(new VoteReadOnly(readOnly.answer()));
        }
        if (event instanceof ParticipantEvent.CommittedAtOnce committed) {
            return over(new VoteReadOnly(committed.answer()));
        }
        if (event instanceof ParticipantEvent.FoundCommitted) {
            return state.onePhase() ? over(new VoteReadOnly(Payload.LOST)) : over();
        }
        if (event instanceof ParticipantEvent.FoundBusy || event instanceof ParticipantEvent.CommitAtOnceUnknown) {
            return over();
        }
        if (event instanceof ParticipantEvent.Refused refused) {
            return over(new VoteNo(refused.refusal()));
        }
        if (event instanceof ParticipantEvent.PrepareUnknown unknown) {
            return to(new InDoubt(Optional.empty(), 0, false), new VoteNo(unknown.refusal()), new AskLater(1));
        }
        if (event instanceof ParticipantEvent.Decided decided && state.decided().isEmpty() && !state.onePhase()) {
            Working next = new Working(false, Optional.of(decided));
            return decided.outcome() == Outcome.ABORTED ? to(next, new Interrupt()) : to(next);
        }
        return Step.ignore(state);
    }

    private static Step<ParticipantState, ParticipantAction> inDoubt(InDoubt state, ParticipantEvent event) {
        if (event instanceof ParticipantEvent.PrepareArrived) {
            return voteAgain(state);
        }
        if (event instanceof ParticipantEvent.Decided decided) {
            return obey(decided);
        }
        if (event instanceof ParticipantEvent.InquiryDue due) {
            return ask(state, due.deadlinePassed());
        }
        if (event instanceof ParticipantEvent.CoordinatorGone && !state.coordinatorGone()) {
            return to(new InDoubt(state.answer(), state.asked(), true), new AskLog(Math.max(1, state.asked())));
        }
        if (event instanceof ParticipantEvent.Answered answered) {
            return switch (answered.standing()) {
                case UNDECIDED -> voteAgain(state); // the coordinator may still wait for a vote that was lost
                case ABORTED -> finish(Outcome.ABORTED, Set.of());
                case COMMITTED_OWED, COMMITTED_DONE -> finish(Outcome.COMMITTED, Set.of(answered.from()));
            };
        }
        return Step.ignore(state);
    }

    private static Step<ParticipantState, ParticipantAction> voteAgain(InDoubt state) {
        return state.answer()
                .<Step<ParticipantState, ParticipantAction>>map(answer -> to(state, new VoteYes(answer)))
                .orElse(Step.ignore(state));
    }

    /** Before the deadline a living coordinator may still be collecting votes, so it is asked; the log would decide. */
    private static Step<ParticipantState, ParticipantAction> ask(InDoubt state, boolean deadlinePassed) {
        int attempt = state.asked() + 1;
        InDoubt next = new InDoubt(state.answer(), attempt, state.coordinatorGone());
        ParticipantAction ask =
                deadlinePassed || state.coordinatorGone() ? new AskLog(attempt) : new AskCoordinator(attempt);
        return to(next, ask, new AskLater(attempt));
    }

    private static Step<ParticipantState, ParticipantAction> finishing(Finishing state, ParticipantEvent event) {
        if (event instanceof ParticipantEvent.Finished) {
            return state.outcome() == Outcome.COMMITTED ? over(new Report(state.listeners(), false)) : over();
        }
        if (event instanceof ParticipantEvent.NotFound) {
            return notFound(state);
        }
        if (event instanceof ParticipantEvent.NotFinished) {
            int attempts = state.attempts() + 1;
            return to(new Finishing(state.outcome(), attempts, state.listeners()), new RetryLater(attempts));
        }
        if (event instanceof ParticipantEvent.RetryDue) {
            return to(state, new Finish(state.outcome()));
        }
        if (event instanceof ParticipantEvent.Decided decided && decided.outcome() == state.outcome()) {
            return to(new Finishing(state.outcome(), state.attempts(), plus(state.listeners(), decided.from())));
        }
        return Step.ignore(state);
    }

    /**
     * There is nothing to carry the decision out on. A commit may have been carried out long ago: the log knows. A rollback that the
     * coordinator has sent is certain, so a person has committed; an answer may be older than the history of a commit.
     */
    private static Step<ParticipantState, ParticipantAction> notFound(Finishing state) {
        if (state.outcome() == Outcome.COMMITTED) {
            return to(new Missing(1, state.listeners()), new AskLog(1), new AskLater(1));
        }
        boolean sent = !state.listeners().isEmpty();
        return sent
                ? to(new NotingHeuristic(Outcome.ABORTED, 0, Set.of()), new NoteHeuristic(Outcome.ABORTED))
                : over(new RaiseCommitted());
    }

    private static Step<ParticipantState, ParticipantAction> missing(Missing state, ParticipantEvent event) {
        if (event instanceof ParticipantEvent.Answered answered) {
            return switch (answered.standing()) {
                case COMMITTED_OWED ->
                    to(
                            new NotingHeuristic(Outcome.COMMITTED, 0, plus(state.listeners(), answered.from())),
                            new NoteHeuristic(Outcome.COMMITTED));
                case COMMITTED_DONE, ABORTED -> over();
                case UNDECIDED -> Step.ignore(state);
            };
        }
        if (event instanceof ParticipantEvent.InquiryDue) {
            int attempt = state.asked() + 1;
            return to(new Missing(attempt, state.listeners()), new AskLog(attempt), new AskLater(attempt));
        }
        if (event instanceof ParticipantEvent.Decided decided && decided.outcome() == Outcome.COMMITTED) {
            return to(new Missing(state.asked(), plus(state.listeners(), decided.from())));
        }
        return Step.ignore(state);
    }

    private static Step<ParticipantState, ParticipantAction> noting(NotingHeuristic state, ParticipantEvent event) {
        if (event instanceof ParticipantEvent.HeuristicNoted) {
            return state.decided() == Outcome.COMMITTED ? over(new Report(state.listeners(), true)) : over();
        }
        if (event instanceof ParticipantEvent.NotFinished) {
            int attempts = state.attempts() + 1;
            return to(new NotingHeuristic(state.decided(), attempts, state.listeners()), new RetryLater(attempts));
        }
        if (event instanceof ParticipantEvent.RetryDue) {
            return to(state, new NoteHeuristic(state.decided()));
        }
        return Step.ignore(state);
    }

    private static Step<ParticipantState, ParticipantAction> voteYes(Payload answer) {
        return to(new InDoubt(Optional.of(answer), 0, false), new VoteYes(answer), new AskLater(1));
    }

    private static Step<ParticipantState, ParticipantAction> obey(ParticipantEvent.Decided decided) {
        return finish(decided.outcome(), Set.of(decided.from()));
    }

    private static Step<ParticipantState, ParticipantAction> finish(Outcome outcome, Set<Address.Instance> listeners) {
        return to(new Finishing(outcome, 0, listeners), new Finish(outcome));
    }

    private static Step<ParticipantState, ParticipantAction> to(ParticipantState next, ParticipantAction... actions) {
        return new Step<>(next, List.of(actions));
    }

    private static Step<ParticipantState, ParticipantAction> over(ParticipantAction... actions) {
        List<ParticipantAction> all = new ArrayList<>(List.of(actions));
        all.add(new Forget());
        return new Step<>(new Over(), all);
    }

    private static Set<Address.Instance> plus(Set<Address.Instance> listeners, Address.Instance one) {
        Set<Address.Instance> all = new LinkedHashSet<>(listeners);
        all.add(one);
        return all;
    }
}
