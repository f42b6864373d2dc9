package dev.troth.spi;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules.Recorded;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where decisions are kept: one row per transaction, first writer wins, under the log's own clock. Every instance of a
 * service uses the same log. {@link dev.troth.protocol.log.LogRules} is the law; {@code DecisionLogContract} in troth-testkit
 * proves an implementation. All methods may block, throw {@link StoreException} when the database fails, and are safe for use by
 * several threads; a {@link LocalTransaction} belongs to one thread at a time.
 */
public interface DecisionLog extends AutoCloseable {
    /** Stands where the identity of a log is expected, for transactions that no log decides. No log has it. */
    String NONE = "000000";

    /** What is said where a log is needed and there is none. */
    String MISSING = "No decision log was set, so a commit could be forgotten in a crash. Add"
            + " .decisions(JdbcDecisionLog.on(dataSource)).";

    /**
     * Checks that the log can be used.
     *
     * @return the identity of this log: six lower-case letters or digits, drawn when its tables were created, the same for
     *     ever and for every instance
     * @throws StoreException if something is missing, with what to do about it
     */
    String open();

    /** Starts local work in the log's database. Nothing is borrowed before the connection is asked for. */
    LocalTransaction begin();

    /**
     * Records a commit that has no local work, durably; several may share one forced write. One that nobody is owed is done at once, here and in
     * {@link LocalTransaction#record}: {@link #done} need not be told.
     *
     * @throws StoreException if it is not known whether it was recorded: resolve it
     */
    Recorded record(CommitRecord commit);

    /**
     * Adds the decision to a local transaction that somebody else has begun on that connection and will end; it counts only if they commit.
     * A log whose connections others cannot have need not do that.
     *
     * @param connection of this log's database, with a transaction open
     * @throws BranchFailedException if it could not be added, with the reason: nothing was decided, they roll back
     */
    default Recorded record(Connection connection, CommitRecord commit) {
        throw new BranchFailedException(
                new Refusal(
                        Refusal.Reason.MISUSE,
                        getClass().getSimpleName()
                                + " cannot add a decision to a local transaction of somebody else. Use"
                                + " JdbcDecisionLog with the data source of that transaction."),
                null);
    }

    /**
     * Returns the row of the transaction; if there is none, inserts ABORTED and returns that. If a commit of the same
     * transaction is just being written, waits for it: the answer is final.
     */
    DecisionRow resolve(Gid gid);

    /** Returns the row of the transaction as it is; empty does not mean that it cannot still commit. */
    Optional<DecisionRow> read(Gid gid);

    /**
     * Returns decisions that somebody is still owed, and keeps other instances from getting the same ones for the time of the lease
     * where the database can do that. Those come first that nobody has had yet, oldest first, and then those whose leases ended first.
     *
     * @param olderThan only decisions recorded at least so long ago, by the log's clock
     * @param lease how long the caller will be busy with them
     * @param limit how many at most
     */
    List<CommitRecord> owed(Duration olderThan, Duration lease, int limit);

    /** What is owed to anybody, for those who watch; counting stops at a million. Empty if this log does not count. */
    default Optional<Owing> owing() {
        return Optional.empty();
    }

    /** Nobody is owed these any more: they become history. A lost call is no harm, they are driven again. */
    void done(Collection<Gid> gids);

    /**
     * These branches of a commit have reported, others have not: it is owed to the rest only. Changes nothing if the log does not owe
     * it to exactly those whom the record names: somebody else has noted reports since, or everybody has reported.
     *
     * @param logged as {@link #owed} returned it
     */
    void reported(CommitRecord logged, Set<Integer> branches);

    /** A branch of this transaction was finished by hand: the row is marked and kept for ever. */
    void heuristic(Gid gid);

    /** The latest deadline of all commits that were ever deleted from this log, by whichever instance; the epoch if none was. */
    Instant forgottenUntil();

    /** Deletes up to {@code limit} rows that the rules allow to delete, and returns how many. */
    int purge(int limit);

    /** The log's own clock. */
    Instant now();

    /** Stops what the log runs itself; connections of others are not its own. Does nothing the second time. */
    @Override
    void close();

    /**
     * What is owed.
     *
     * @param decisions how many commits somebody has not reported
     * @param oldest for how long the oldest of them has been decided; zero if there is none
     */
    record Owing(long decisions, Duration oldest) {}

    /** The local work of one transaction, with its decision in the same database transaction. */
    interface LocalTransaction extends AutoCloseable {
        /**
         * The connection on which the work is done. It cannot be committed, rolled back or closed by its user.
         *
         * @throws StoreException if none can be had
         */
        Connection connection();

        /** Whether {@link #connection()} was ever asked for. */
        boolean used();

        /**
         * Adds the decision to the local transaction; it counts only if {@link #commit()} succeeds.
         *
         * @throws BranchFailedException if it could not be added, with the reason: nothing was decided, roll back
         * @throws StoreException as well, where the reason is not known
         */
        Recorded record(CommitRecord commit);

        /**
         * Commits work and decision together.
         *
         * @throws BranchFailedException if the database certainly rolled back instead, with the reason
         * @throws StoreException if it is not known whether it committed: resolve the transaction
         */
        void commit();

        /**
         * Adds the decision, and commits work and decision together. A database that can may take both in one exchange.
         *
         * @param last what is to be done before the exchange that commits
         * @return what became of the decision; unless it is recorded, nothing has committed
         * @throws BranchFailedException if nothing has committed, with the reason
         * @throws StoreException if it is not known whether it committed: resolve the transaction
         */
        default Recorded commit(CommitRecord commit, Runnable last) {
            Recorded recorded;
            try {
                recorded = record(commit);
            } catch (StoreException e) {
                throw new BranchFailedException(new Refusal(Refusal.Reason.ERROR, String.valueOf(e.getMessage())), e);
            }
            if (recorded == Recorded.RECORDED) {
                last.run();
                commit();
            }
            return recorded;
        }

        /** Undoes everything. Never throws: a connection that cannot roll back is discarded. */
        void rollback();

        /** Gives the connection back, after rolling back what was not committed. Does nothing the second time. */
        @Override
        void close();
    }
}
