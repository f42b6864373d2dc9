package dev.troth.protocol.coordinator;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Vote;
import dev.troth.protocol.log.LogRules.Recorded;

/** What can happen to a coordinator. Branch numbers count from 0 in the order of enlisting. */
public sealed interface CoordinatorEvent {
    /** The work enlists a participant: it becomes the next branch. */
    record Enlisted(String participant) implements CoordinatorEvent {}

    /** A vote has arrived. */
    record Voted(int branch, Vote vote) implements CoordinatorEvent {}

    /** A vote has arrived whose answer cannot be used: it counts as a no, and is told to roll back if it was a yes. */
    record AnswerUnusable(int branch, Vote vote, Refusal refusal) implements CoordinatorEvent {}

    /** The branch cannot be asked, but might have heard: it counts as a no and is told to roll back. */
    record GaveUp(int branch, Refusal refusal) implements CoordinatorEvent {}

    /** The work has returned; {@code localWork} says whether it used the service's own database. */
    record WorkReturned(boolean localWork) implements CoordinatorEvent {}

    /** The work has thrown, or the caller no longer waits for the votes: roll back. */
    record WorkFailed(Refusal refusal) implements CoordinatorEvent {}

    /** The deadline has passed by the coordinator's clock. Only saves time: the log's clock decides. */
    record DeadlinePassed() implements CoordinatorEvent {}

    /** The log has answered the attempt to record the commit. */
    record CommitAttempted(Recorded recorded) implements CoordinatorEvent {}

    /** The commit was certainly not recorded: the statement failed before any commit was tried. */
    record CommitFailed(Refusal refusal) implements CoordinatorEvent {}

    /** It is not known whether the commit was recorded. */
    record CommitUnknown() implements CoordinatorEvent {}

    /** The log has said what the outcome is. */
    record Resolved(Outcome outcome) implements CoordinatorEvent {}

    /** The log could not be asked. */
    record ResolveFailed() implements CoordinatorEvent {}

    /** A branch reports that it has committed. */
    record BranchDone(int branch) implements CoordinatorEvent {}

    /** A branch asks what became of the transaction. */
    record Inquired(int branch) implements CoordinatorEvent {}

    /**
     * Nothing was heard for a while: tell those again who have not reported.
     *
     * @param logged the decision as the log has it now: branches that it does not owe it to have reported to somebody
     */
    record RedriveDue(CommitRecord logged) implements CoordinatorEvent {}
}
