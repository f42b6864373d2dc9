package dev.troth.protocol.check;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import dev.troth.protocol.Step;
import dev.troth.protocol.check.Initiator.Life;
import dev.troth.protocol.check.Initiator.Told;
import dev.troth.protocol.check.Initiator.Turn;
import dev.troth.protocol.coordinator.CoordinatorAction;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.coordinator.CoordinatorState;
import java.util.HashMap;
import java.util.Map;

/**
 * Feeds events to the coordinator's rules and does what they ask for, as the engine's {@code ActiveTransaction} does. What takes time is
 * only noted as the owner's turn. {@code RollBackLocally} does nothing here: local work that is not committed is as good as gone.
 */
final class InitiatorDesk {
    private final Rules rules;

    InitiatorDesk(Rules rules) {
        this.rules = rules;
    }

    /** What comes of an event. */
    record Posted(Initiator next, Map<Integer, Network> sends) {}

    Posted post(Initiator before, CoordinatorEvent event) {
        Step<CoordinatorState, CoordinatorAction> step = rules.coordinator().step(before.state(), event);
        Initiator next = before.with(step.state());
        Map<Integer, Network> sends = new HashMap<>();
        for (CoordinatorAction action : step.actions()) {
            next = perform(next, action);
            send(sends, action);
            if (action instanceof CoordinatorAction.AnswerFromLog asked) {
                Standing standing = next.log()
                        .row()
                        .map(row -> rules.log().standing().standing(row, asked.branch()))
                        .orElse(Standing.COMMITTED_DONE);
                sends.merge(asked.branch(), answer(standing), Network::and);
            }
        }
        return new Posted(next, sends);
    }

    /** What was the owner's turn has happened. */
    Posted conclude(Initiator before, CoordinatorEvent event) {
        return post(before.with(Turn.NOTHING), event);
    }

    private static Initiator perform(Initiator now, CoordinatorAction action) {
        if (action instanceof CoordinatorAction.RecordCommit) {
            return now.with(Turn.RECORD);
        }
        if (action instanceof CoordinatorAction.Resolve || action instanceof CoordinatorAction.ResolveLater) {
            return now.with(Turn.RESOLVE);
        }
        if (action instanceof CoordinatorAction.TellCommitted) {
            boolean nothingWritten = !now.state().localWork() && now.owed().isEmpty();
            return now.log().history().committed() || nothingWritten ? now : now.with(Told.COMMITTED);
        }
        if (action instanceof CoordinatorAction.TellRolledBack) {
            return now.with(Told.ROLLED_BACK);
        }
        if (action instanceof CoordinatorAction.NoteReports note) {
            return now.with(now.log().reported(note.reported()));
        }
        if (action instanceof CoordinatorAction.MarkDone) {
            return now.in(Life.MARKING_DONE);
        }
        if (action instanceof CoordinatorAction.Forget && now.isRunning()) {
            return now.in(Life.ENDED);
        }
        return now;
    }

    static void send(Map<Integer, Network> sends, CoordinatorAction action) {
        if (action instanceof CoordinatorAction.SendPrepare prepare) {
            sends.merge(prepare.branch(), Network.of(Sent.PREPARE), Network::and);
        } else if (action instanceof CoordinatorAction.SendDecision decision) {
            Sent message = decision.outcome() == Outcome.COMMITTED ? Sent.COMMIT : Sent.ROLLBACK;
            sends.merge(decision.branch(), Network.of(message), Network::and);
        } else if (action instanceof CoordinatorAction.Answer answer) {
            sends.merge(answer.branch(), answer(answer.standing()), Network::and);
        }
    }

    static Network answer(Standing standing) {
        return switch (standing) {
            case UNDECIDED -> Network.of(Sent.ANSWER_UNDECIDED);
            case COMMITTED_OWED -> Network.of(Sent.ANSWER_COMMITTED_OWED);
            case COMMITTED_DONE -> Network.of(Sent.ANSWER_COMMITTED_DONE);
            case ABORTED -> Network.of(Sent.ANSWER_ABORTED);
        };
    }
}
