package dev.troth.protocol.participant;

import dev.troth.protocol.Address;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Payload;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** One branch as its participant sees it, in memory. What must survive a crash is in the branch store. */
public sealed interface ParticipantState {

    /** Nothing is known of the branch here. */
    record Unknown() implements ParticipantState {}

    /**
     * The handler runs.
     *
     * @param onePhase it will commit at once
     * @param decided a decision that arrived meanwhile: a rollback that overtook the work, or the commit of a branch that was
     *     prepared before and is being looked up
     */
    record Working(boolean onePhase, Optional<ParticipantEvent.Decided> decided) implements ParticipantState {}

    /**
     * In doubt: prepared, or perhaps prepared, and waiting for the decision.
     *
     * @param answer what the handler returned, to vote the same again; empty if it is not known whether the branch is prepared:
     *     no yes was sent from here, but another instance may have found it prepared and voted yes, so it asks all the same
     * @param asked how often it has asked
     * @param coordinatorGone nobody was at the coordinator's address
     */
    record InDoubt(Optional<Payload> answer, int asked, boolean coordinatorGone) implements ParticipantState {}

    /**
     * The decision is being carried out.
     *
     * @param outcome what it is
     * @param attempts how often the store was asked in vain
     * @param listeners who wants to hear of a commit
     */
    record Finishing(Outcome outcome, int attempts, Set<Address.Instance> listeners) implements ParticipantState {
        /** Copies the set. */
        public Finishing {
            listeners = inOrder(listeners);
        }
    }

    /**
     * Told to commit, but there is no such prepared branch and no trace of it: the log is being asked whether the branch is
     * still owed there.
     *
     * @param asked how often it has asked
     * @param listeners who wants to hear of a commit
     */
    record Missing(int asked, Set<Address.Instance> listeners) implements ParticipantState {
        /** Copies the set. */
        public Missing {
            listeners = inOrder(listeners);
        }
    }

    /**
     * Somebody finished the branch by hand: that is being noted.
     *
     * @param decided what should have become of it
     * @param attempts how often it was tried
     * @param listeners who wants to hear of a commit
     */
    record NotingHeuristic(Outcome decided, int attempts, Set<Address.Instance> listeners) implements ParticipantState {
        /** Copies the set. */
        public NotingHeuristic {
            listeners = inOrder(listeners);
        }
    }

    /** Over here; what remains is in the store. */
    record Over() implements ParticipantState {}

    /** A copy that keeps the order, as {@link Set#copyOf} does not: what is done for each is done in the same order everywhere. */
    private static Set<Address.Instance> inOrder(Set<Address.Instance> listeners) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(listeners));
    }
}
