package dev.troth.protocol;

import java.util.List;

/** Everything that coordinators, participants and logs say to each other. */
public sealed interface Message {

    /**
     * To a participant: do this and be ready to commit it.
     *
     * @param branch the branch
     * @param participant who is asked
     * @param command what to do
     * @param onePhase the branch is the whole transaction: commit at once, a yes then means committed
     */
    record Prepare(BranchId branch, String participant, Payload command, boolean onePhase) implements Message {}

    /**
     * To the coordinator: the answer to PREPARE.
     *
     * @param branch the branch
     * @param participant who votes
     * @param vote what it votes
     */
    record Voted(BranchId branch, String participant, Vote vote) implements Message {}

    /**
     * To the instance that prepared, or when it is gone to its participant: the outcome.
     *
     * @param branch the branch
     * @param participant whose branch it is
     * @param store the identity of the store that holds the branch, or "" if it is not known
     * @param outcome what to do
     */
    record Decide(BranchId branch, String participant, String store, Outcome outcome) implements Message {}

    /**
     * To whoever sent the commit: these branches have it, durably.
     *
     * @param finished branches that have committed
     * @param heuristic branches whose outcome somebody else decided by hand
     */
    record Done(List<BranchId> finished, List<BranchId> heuristic) implements Message {
        /** Copies the lists. */
        public Done {
            finished = List.copyOf(finished);
            heuristic = List.copyOf(heuristic);
        }
    }

    /**
     * To the coordinator, or when it is gone to the log: what became of it?
     *
     * @param branch the branch that is in doubt, or that was told to commit and cannot be found
     * @param participant whose branch it is
     * @param asker where the answer goes
     */
    record Inquire(BranchId branch, String participant, Address.Instance asker) implements Message {}

    /** The answer to an inquiry. */
    record Answer(BranchId branch, String participant, Standing standing) implements Message {}
}
