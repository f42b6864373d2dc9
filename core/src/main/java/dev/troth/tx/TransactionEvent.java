package dev.troth.tx;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Standing;

/** A change of state of a transaction or of a branch, told after it has happened. */
public sealed interface TransactionEvent {
    /** The transaction. */
    Gid gid();

    /** Coordinator: it has begun. */
    record Begun(Gid gid, String kind) implements TransactionEvent {}

    /** Coordinator: a participant was enlisted. */
    record Enlisted(BranchId branch, String participant) implements TransactionEvent {
        @Override
        public Gid gid() {
            return branch.gid();
        }
    }

    /** Coordinator: a vote of yes, or of yes and read-only, has arrived. */
    record VotedYes(BranchId branch, String participant, boolean readOnly) implements TransactionEvent {
        @Override
        public Gid gid() {
            return branch.gid();
        }
    }

    /** Coordinator: a vote of no has arrived, or was counted: for a participant that did not answer, or whose answer cannot be used. */
    record VotedNo(BranchId branch, String participant, Refusal refusal) implements TransactionEvent {
        @Override
        public Gid gid() {
            return branch.gid();
        }
    }

    /** Coordinator: it is decided, durably. */
    record Decided(Gid gid, Outcome outcome) implements TransactionEvent {}

    /** Coordinator: the decision was written but its fate is not known; it is being resolved. */
    record OutcomeUnknown(Gid gid) implements TransactionEvent {}

    /** Coordinator: every branch has reported that it has the commit. */
    record Completed(Gid gid) implements TransactionEvent {}

    /** Recovery: a decision that is still owed is sent again. */
    record Redriven(Gid gid, int branches) implements TransactionEvent {}

    /** Participant: the branch is prepared: in doubt until it hears the decision. */
    record BranchPrepared(BranchId branch, String participant) implements TransactionEvent {
        @Override
        public Gid gid() {
            return branch.gid();
        }
    }

    /** Participant: the branch has voted no. */
    record BranchRefused(BranchId branch, String participant, Refusal refusal) implements TransactionEvent {
        @Override
        public Gid gid() {
            return branch.gid();
        }
    }

    /** Participant: the branch has ended, just now. A decision that finds it ended already is no event. */
    record BranchFinished(BranchId branch, String participant, Outcome outcome) implements TransactionEvent {
        @Override
        public Gid gid() {
            return branch.gid();
        }
    }

    /** Participant: the branch has heard nothing and asks. */
    record Inquired(BranchId branch, String participant, int attempt) implements TransactionEvent {
        @Override
        public Gid gid() {
            return branch.gid();
        }
    }

    /** Participant: the answer to an inquiry. */
    record Answered(BranchId branch, String participant, Standing standing) implements TransactionEvent {
        @Override
        public Gid gid() {
            return branch.gid();
        }
    }

    /** Somebody finished a branch by hand against the decision. It is recorded and needs a person. */
    record Heuristic(BranchId branch, String participant, Outcome decided) implements TransactionEvent {
        @Override
        public Gid gid() {
            return branch.gid();
        }
    }
}
