package dev.troth.protocol.participant;

import dev.troth.protocol.Address;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import java.util.Set;

/** What a participant has to do for one branch. */
public sealed interface ParticipantAction {
    /** Start the branch in the store, run the handler, and prepare (or commit, if it is one-phase). */
    record Work(boolean onePhase) implements ParticipantAction {}

    /** The work that runs is for nothing: interrupt it. */
    record Interrupt() implements ParticipantAction {}

    /** Vote yes. */
    record VoteYes(Payload answer) implements ParticipantAction {}

    /** Vote yes, having written nothing. */
    record VoteReadOnly(Payload answer) implements ParticipantAction {}

    /** Vote no. */
    record VoteNo(Refusal refusal) implements ParticipantAction {}

    /** Carry out the decision in the store. */
    record Finish(Outcome outcome) implements ParticipantAction {}

    /** Carry out the decision, or note the heuristic, after a while; {@code attempt} counts from 1. */
    record RetryLater(int attempt) implements ParticipantAction {}

    /** Tell them that the branch has committed; {@code heuristic} if somebody else finished it by hand. */
    record Report(Set<Address.Instance> to, boolean heuristic) implements ParticipantAction {}

    /** Ask the coordinator's instance. */
    record AskCoordinator(int attempt) implements ParticipantAction {}

    /** Ask the log: whoever answers fixes the outcome. */
    record AskLog(int attempt) implements ParticipantAction {}

    /** Wake up with {@link ParticipantEvent.InquiryDue} after a while; {@code attempt} counts from 1. */
    record AskLater(int attempt) implements ParticipantAction {}

    /** Note, durably, that somebody finished the branch by hand against that decision. */
    record NoteHeuristic(Outcome decided) implements ParticipantAction {}

    /** Raise that the branch has committed although an answer said that it rolled back: that may be old, or a person was here. */
    record RaiseCommitted() implements ParticipantAction {}

    /** Nothing is left to do: forget the branch. */
    record Forget() implements ParticipantAction {}
}
