package dev.troth.protocol.check;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.Step;
import dev.troth.protocol.check.Memory.Due;
import dev.troth.protocol.participant.ParticipantAction;
import dev.troth.protocol.participant.ParticipantEvent;
import dev.troth.protocol.participant.ParticipantState;
import dev.troth.protocol.participant.ParticipantState.Finishing;
import dev.troth.protocol.participant.ParticipantState.Working;
import java.util.Optional;

/**
 * Feeds events to the participant's rules and does what they ask for, as the engine's {@code ActiveBranch} does. What takes time is only
 * noted as due. An {@code Interrupt} does nothing here: a handler may be abandoned at any time, so also after it.
 */
final class BranchDesk {
    private final Rules rules;

    BranchDesk(Rules rules) {
        this.rules = rules;
    }

    /** Something happens beside what is due. */
    Site post(Site site, int instance, ParticipantEvent event) {
        return step(site, instance, site.instances().get(instance), event);
    }

    /** What was due has happened. */
    Site conclude(Site site, int instance, ParticipantEvent event) {
        return step(site, instance, new Memory(site.instances().get(instance).state(), Due.NOTHING), event);
    }

    private Site step(Site site, int instance, Memory before, ParticipantEvent event) {
        Step<ParticipantState, ParticipantAction> step = rules.participant().step(before.state(), event);
        Site after = decidesAlone(before.state(), event, step.state()) ? site.decidedAlone() : site;
        Due due = before.due();
        for (ParticipantAction action : step.actions()) {
            after = send(after, action);
            due = due(due, action);
        }
        return after.with(instance, new Memory(step.state(), due));
    }

    private static boolean decidesAlone(ParticipantState before, ParticipantEvent event, ParticipantState after) {
        return after instanceof Finishing finishing
                && !(before instanceof Finishing)
                && !toldBy(before, event).equals(Optional.of(finishing.outcome()));
    }

    private static Optional<Outcome> toldBy(ParticipantState before, ParticipantEvent event) {
        if (event instanceof ParticipantEvent.Decided decided) {
            return Optional.of(decided.outcome());
        }
        if (event instanceof ParticipantEvent.Answered answered) {
            return switch (answered.standing()) {
                case UNDECIDED -> Optional.empty();
                case ABORTED -> Optional.of(Outcome.ABORTED);
                case COMMITTED_OWED, COMMITTED_DONE -> Optional.of(Outcome.COMMITTED);
            };
        }
        return before instanceof Working working
                ? working.decided().map(ParticipantEvent.Decided::outcome)
                : Optional.empty();
    }

    private static Due due(Due before, ParticipantAction action) {
        if (action instanceof ParticipantAction.Work) {
            return Due.BEGIN;
        }
        if (action instanceof ParticipantAction.Finish) {
            return Due.FINISH;
        }
        if (action instanceof ParticipantAction.NoteHeuristic) {
            return Due.NOTE;
        }
        if (action instanceof ParticipantAction.RetryLater) {
            return Due.RETRY;
        }
        if (action instanceof ParticipantAction.AskLater) {
            return Due.ASK;
        }
        return action instanceof ParticipantAction.Forget ? Due.NOTHING : before;
    }

    private static Site send(Site site, ParticipantAction action) {
        if (action instanceof ParticipantAction.VoteYes) {
            return site.send(Sent.YES);
        }
        if (action instanceof ParticipantAction.VoteReadOnly) {
            return site.send(Sent.READ_ONLY);
        }
        if (action instanceof ParticipantAction.VoteNo) {
            return site.send(Sent.NO);
        }
        if (action instanceof ParticipantAction.AskCoordinator) {
            return site.send(Sent.ASKED_COORDINATOR);
        }
        if (action instanceof ParticipantAction.AskLog) {
            return site.send(Sent.ASKED_LOG);
        }
        if (action instanceof ParticipantAction.Report report && !report.to().isEmpty()) {
            return site.send(report.heuristic() ? Sent.DONE_BY_HAND : Sent.DONE);
        }
        return site;
    }
}
