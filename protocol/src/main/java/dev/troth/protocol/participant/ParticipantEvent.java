package dev.troth.protocol.participant;

import dev.troth.protocol.Address;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Standing;

/** What can happen to one branch at its participant. */
public sealed interface ParticipantEvent {
    /** A PREPARE has arrived, the first or a duplicate. */
    record PrepareArrived(boolean onePhase) implements ParticipantEvent {}

    /** The branch's work is done and durable, undecided. */
    record Prepared(Payload answer) implements ParticipantEvent {}

    /** The branch's work wrote nothing and has ended. */
    record WasReadOnly(Payload answer) implements ParticipantEvent {}

    /** The one-phase branch has committed. */
    record CommittedAtOnce(Payload answer) implements ParticipantEvent {}

    /** The store has seen this branch before, and it is prepared. */
    record FoundPrepared() implements ParticipantEvent {}

    /** The store has seen this branch before, and it has committed. */
    record FoundCommitted() implements ParticipantEvent {}

    /** Somebody else is working on this branch and will vote. */
    record FoundBusy() implements ParticipantEvent {}

    /** The branch did not come to be: refused, failed, too late, rolled back before. It holds nothing. */
    record Refused(Refusal refusal) implements ParticipantEvent {}

    /** The database failed during prepare: whether the branch is prepared is not known. No yes was ever sent. */
    record PrepareUnknown(Refusal refusal) implements ParticipantEvent {}

    /** The database failed during a one-phase commit: whether it committed is not known. */
    record CommitAtOnceUnknown() implements ParticipantEvent {}

    /** A decision has arrived; {@code from} wants to hear when it is carried out. */
    record Decided(Outcome outcome, Address.Instance from) implements ParticipantEvent {}

    /** The store has carried out the decision, now or before. */
    record Finished() implements ParticipantEvent {}

    /** The store has no such prepared branch and no trace of it. */
    record NotFound() implements ParticipantEvent {}

    /** The store could not carry out the decision now: held by another session, unreachable, unknown. */
    record NotFinished() implements ParticipantEvent {}

    /** The time to try again has come. */
    record RetryDue() implements ParticipantEvent {}

    /** The branch was found prepared in the store, by nobody here. */
    record Swept() implements ParticipantEvent {}

    /** The branch has heard nothing for a while. */
    record InquiryDue(boolean deadlinePassed) implements ParticipantEvent {}

    /** Nobody is at the coordinator's address any more. */
    record CoordinatorGone() implements ParticipantEvent {}

    /** The answer to an inquiry; {@code from} wants to hear when a commit is carried out. */
    record Answered(Standing standing, Address.Instance from) implements ParticipantEvent {}

    /** The heuristic outcome is noted, durably. */
    record HeuristicNoted() implements ParticipantEvent {}
}
