package dev.troth;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The log of a service that only takes part in the transactions of others: it decides nothing and remembers nothing. */
final class NoDecisionLog implements DecisionLog {
    @Override
    public String open() {
        return NONE;
    }

    @Override
    public LocalTransaction begin() {
        throw missing();
    }

    @Override
    public Recorded record(CommitRecord commit) {
        throw missing();
    }

    @Override
    public DecisionRow resolve(Gid gid) {
        throw missing();
    }

    @Override
    public Optional<DecisionRow> read(Gid gid) {
        throw missing();
    }

    @Override
    public List<CommitRecord> owed(Duration olderThan, Duration lease, int limit) {
        return List.of();
    }

    @Override
    public void done(Collection<Gid> gids) {
        throw missing();
    }

    @Override
    public Instant forgottenUntil() {
        throw missing();
    }

    @Override
    public void reported(CommitRecord logged, Set<Integer> branches) {
        throw missing();
    }

    @Override
    public void heuristic(Gid gid) {
        throw missing();
    }

    @Override
    public int purge(int limit) {
        return 0;
    }

    @Override
    public Instant now() {
        throw missing();
    }

    @Override
    public void close() {}

    private static StoreException missing() {
        return new StoreException(MISSING, null);
    }
}
