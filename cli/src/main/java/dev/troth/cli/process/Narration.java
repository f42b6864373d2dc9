package dev.troth.cli.process;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import dev.troth.tx.TransactionEvent;
import dev.troth.tx.TransactionEvent.Answered;
import dev.troth.tx.TransactionEvent.Begun;
import dev.troth.tx.TransactionEvent.BranchFinished;
import dev.troth.tx.TransactionEvent.BranchPrepared;
import dev.troth.tx.TransactionEvent.BranchRefused;
import dev.troth.tx.TransactionEvent.Completed;
import dev.troth.tx.TransactionEvent.Decided;
import dev.troth.tx.TransactionEvent.Enlisted;
import dev.troth.tx.TransactionEvent.Heuristic;
import dev.troth.tx.TransactionEvent.Inquired;
import dev.troth.tx.TransactionEvent.OutcomeUnknown;
import dev.troth.tx.TransactionEvent.Redriven;
import dev.troth.tx.TransactionEvent.VotedNo;
import dev.troth.tx.TransactionEvent.VotedYes;

/** Events in words, as what a service does. */
final class Narration {
    private Narration() {}

    static String of(TransactionEvent event) {
        if (event instanceof Begun || event instanceof Enlisted || event instanceof Redriven) {
            return beginning(event);
        }
        if (event instanceof BranchPrepared
                || event instanceof BranchRefused
                || event instanceof BranchFinished
                || event instanceof Inquired
                || event instanceof Answered) {
            return branch(event);
        }
        return coordinator(event);
    }

    private static String beginning(TransactionEvent event) {
        if (event instanceof Begun begun) {
            return "begins transaction " + begun.gid();
        }
        if (event instanceof Redriven redriven) {
            return "recovery: " + redriven.branches()
                    + (redriven.branches() == 1 ? " branch has" : " branches have")
                    + " not reported yet, sends COMMIT again";
        }
        return "sends PREPARE to " + ((Enlisted) event).participant();
    }

    private static String coordinator(TransactionEvent event) {
        if (event instanceof VotedYes yes) {
            return "has " + yes.participant() + "'s vote: yes" + (yes.readOnly() ? ", and nothing to write" : "");
        }
        if (event instanceof VotedNo no) {
            return "has " + no.participant() + "'s vote: no, " + no.refusal();
        }
        if (event instanceof Decided decided) {
            return decided.outcome() == Outcome.COMMITTED
                    ? "has committed locally, with the decision as one more row"
                    : "has rolled back locally";
        }
        if (event instanceof OutcomeUnknown) {
            return "does not know whether its commit arrived, and asks its log";
        }
        if (event instanceof Completed) {
            return "has heard from everybody: the decision is history";
        }
        return event instanceof Heuristic
                ? "is told that somebody finished a branch by hand"
                : event.getClass().getSimpleName();
    }

    private static String branch(TransactionEvent event) {
        if (event instanceof BranchPrepared) {
            return "is prepared (durable, undecided) and votes yes";
        }
        if (event instanceof BranchRefused refused) {
            return "has rolled back and votes no, " + refused.refusal();
        }
        if (event instanceof BranchFinished finished) {
            return finished.outcome() == Outcome.COMMITTED ? "has committed its branch" : "has rolled its branch back";
        }
        if (event instanceof Inquired inquired) {
            return "is in doubt and asks what was decided" + (inquired.attempt() > 1 ? ", again" : "");
        }
        return "is told: " + standing(((Answered) event).standing());
    }

    private static String standing(Standing standing) {
        return switch (standing) {
            case UNDECIDED -> "not decided yet";
            case COMMITTED_OWED -> "commit, you are owed it";
            case COMMITTED_DONE -> "committed, and nothing is owed to you";
            case ABORTED -> "rolled back";
        };
    }
}
