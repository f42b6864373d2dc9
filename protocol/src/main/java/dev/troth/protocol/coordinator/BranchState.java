package dev.troth.protocol.coordinator;

import dev.troth.protocol.Refusal;
import dev.troth.protocol.Vote;
import java.util.Optional;

/**
 * A branch as its coordinator sees it.
 *
 * @param participant whose branch it is
 * @param vote what it voted, if it has
 * @param givenUp why the coordinator counts it as a no although it has not voted so
 * @param done it has reported that it committed
 */
public record BranchState(String participant, Optional<Vote> vote, Optional<Refusal> givenUp, boolean done) {

    static BranchState asked(String participant) {
        return new BranchState(participant, Optional.empty(), Optional.empty(), false);
    }

    BranchState voted(Vote vote) {
        return new BranchState(participant, Optional.of(vote), givenUp, done);
    }

    BranchState givenUp(Refusal refusal) {
        return new BranchState(participant, vote, Optional.of(refusal), done);
    }

    BranchState reported() {
        return new BranchState(participant, vote, givenUp, true);
    }

    /** Why it is a no, if it is one. */
    public Optional<Refusal> refusal() {
        return vote.flatMap(v -> v instanceof Vote.No no ? Optional.of(no.refusal()) : Optional.<Refusal>empty())
                .or(() -> givenUp);
    }

    /** Whether it is prepared, or might be without our knowing. */
    public boolean mayBePrepared() {
        return vote.isEmpty() || votedYes();
    }

    /** Whether it voted yes and so is owed the decision. */
    public boolean votedYes() {
        return vote.isPresent() && vote.get() instanceof Vote.Yes;
    }
}
