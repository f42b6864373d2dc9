package dev.troth.protocol.log;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * One row of the decision log.
 *
 * @param gid the transaction, primary key
 * @param outcome what was decided; a row is never changed from one outcome to the other
 * @param owed the numbers of the branches that a commit is owed to, but for those whose reports were noted; none for an abort
 * @param doneAt when the last owed branch had reported, by the log's clock; empty while somebody is owed
 * @param heuristic somebody finished a branch by hand against the decision: the row is kept for ever
 */
public record DecisionRow(Gid gid, Outcome outcome, Set<Integer> owed, Optional<Instant> doneAt, boolean heuristic) {

    /** Copies the set. */
    public DecisionRow {
        owed = Set.copyOf(owed);
    }

    /** A transaction that was resolved because nobody had decided it. */
    public static DecisionRow aborted(Gid gid) {
        return new DecisionRow(gid, Outcome.ABORTED, Set.of(), Optional.empty(), false);
    }
}
