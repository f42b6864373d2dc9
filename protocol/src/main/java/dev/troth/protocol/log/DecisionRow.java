package dev.troth.protocol.log;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import java.time.Instant;
import java.util.Optional;

/**
 * One row of the decision log.
 *
 * @param gid the transaction, primary key
 * @param outcome what was decided; a row is never changed from one outcome to the other
 * @param doneAt when the last owed branch had reported, by the log's clock; empty while somebody is owed
 * @param heuristic somebody finished a branch by hand against the decision: the row is kept for ever
 */
public record DecisionRow(Gid gid, Outcome outcome, Optional<Instant> doneAt, boolean heuristic) {}
