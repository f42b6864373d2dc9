package dev.troth.protocol.coordinator;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.CommitRecord.Owed;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A transaction as its coordinator sees it.
 *
 * @param phase how far it is
 * @param localWork whether the work used the service's own database
 * @param own why the coordinator itself refuses to commit, if it does
 * @param branches the branches by number
 */
public record CoordinatorState(Phase phase, boolean localWork, Optional<Refusal> own, List<BranchState> branches) {

    /** How far a transaction is. */
    public enum Phase {
        /** The work runs; votes come in already. */
        WORKING,
        /** The work has returned; votes are missing. */
        VOTING,
        /** The commit is being recorded. */
        DECIDING,
        /** The record's fate is not known. */
        RESOLVING,
        /** Committed; reports are missing. */
        COMMITTED,
        /** Rolled back. Nobody has to report that: presumed abort. */
        ABORTED,
        /** Committed and reported by everybody. */
        DONE
    }

    /** A transaction that has just begun. */
    public static final CoordinatorState BEGUN =
            new CoordinatorState(Phase.WORKING, false, Optional.empty(), List.of());

    /** A committed transaction as the log remembers it: what its branches that are owed nothing voted does not matter. */
    public static CoordinatorState recovered(CommitRecord commit) {
        CoordinatorState state = new CoordinatorState(Phase.COMMITTED, false, Optional.empty(), List.of());
        for (Owed owed : commit.owed()) {
            while (state.branches().size() < owed.number()) {
                state = state.with(
                        state.branches().size(), BranchState.asked("none").voted(new Vote.ReadOnly(Payload.NOTHING)));
            }
            Vote yes = new Vote.Yes(Payload.NOTHING, owed.voter());
            state = state.with(
                    owed.number(), BranchState.asked(owed.participant()).voted(yes));
        }
        return state;
    }

    /** Copies the list. */
    public CoordinatorState {
        branches = List.copyOf(branches);
    }

    CoordinatorState in(Phase next) {
        return new CoordinatorState(next, localWork, own, branches);
    }

    CoordinatorState withLocalWork(boolean used) {
        return new CoordinatorState(phase, used, own, branches);
    }

    CoordinatorState refusing(Refusal refusal) {
        return own.isPresent() ? this : new CoordinatorState(phase, localWork, Optional.of(refusal), branches);
    }

    CoordinatorState with(int number, BranchState branch) {
        List<BranchState> changed = new ArrayList<>(branches);
        if (number == changed.size()) {
            changed.add(branch);
        } else {
            changed.set(number, branch);
        }
        return new CoordinatorState(phase, localWork, own, changed);
    }

    /** Whether somebody refuses, so that it can only roll back. */
    public boolean doomed() {
        if (own.isPresent()) {
            return true;
        }
        for (BranchState branch : branches) { // asked at every step: a stream costs more than all the rest of it
            if (branch.refusal().isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Whether every branch has voted. */
    public boolean allVoted() {
        for (BranchState branch : branches) {
            if (branch.vote().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** The branches that voted yes and have not reported. */
    public List<Integer> unreported() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            if (branches.get(i).votedYes() && !branches.get(i).done()) {
                numbers.add(i);
            }
        }
        return numbers;
    }

    /** As if every branch but these had reported. */
    CoordinatorState reportedAllBut(Set<Integer> owed) {
        CoordinatorState next = this;
        for (int branch : unreported()) {
            if (!owed.contains(branch)) {
                next = next.with(branch, branches.get(branch).reported());
            }
        }
        return next;
    }

    /** Everybody who is owed the decision, for the log. */
    public List<Owed> owed() {
        List<Owed> owed = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            BranchState branch = branches.get(i);
            if (branch.vote().isPresent() && branch.vote().get() instanceof Vote.Yes yes) {
                owed.add(new Owed(i, branch.participant(), yes.voter()));
            }
        }
        return owed;
    }
}
