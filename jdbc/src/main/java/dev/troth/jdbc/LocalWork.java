package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** The local work of one transaction and its decision, on one connection that is borrowed when it is first needed. */
final class LocalWork implements DecisionLog.LocalTransaction {
    private static final Task RECORD = new Task(
            "add the decision to the local transaction",
            "Nothing was decided; the local transaction is to be rolled back.");
    private static final Task COMMIT = new Task(
            "see the end of the local commit",
            "Whether it committed is not known here; the decision row tells, and is asked by itself.");

    /** Longer than votes take, shorter than the death of a server. */
    private static final Duration LATELY = Duration.ofMillis(50);

    private final Database database;
    private final DecisionTable table;
    private final LentTransaction transaction;

    LocalWork(Database database, DecisionTable table) {
        this.database = database;
        this.table = table;
        this.transaction = new LentTransaction(database, "the local work");
    }

    @Override
    public Connection connection() {
        return transaction.connection();
    }

    @Override
    public boolean used() {
        return transaction.used();
    }

    @Override
    public Recorded record(CommitRecord commit) {
        Connection raw = transaction.raw();
        refuseIfLost();
        try {
            return table.record(raw, commit);
        } catch (SQLException failure) {
            transaction.spoilIfLost(failure);
            throw transaction.refused(RECORD, failure);
        }
    }

    private void refuseIfLost() {
        Optional<SQLException> lost = transaction.lost();
        if (lost.isPresent()) {
            throw transaction.refused(RECORD, lost.get());
        }
    }

    /**
     * In PostgreSQL decision and COMMIT are one exchange, if the database has answered lately. If it has not, it may have died while the votes
     * were collected: then the decision goes first, and that it is gone is a certain no. Of one exchange that fails nobody knows.
     */
    @Override
    public Recorded commit(CommitRecord commit, Runnable last) {
        if (!database.dialect().isPostgres() || !transaction.answeredWithin(LATELY)) {
            return DecisionLog.LocalTransaction.super.commit(commit, last);
        }
        Connection raw = transaction.raw();
        refuseIfLost();
        last.run();
        try {
            table.recordAndCommit(raw, commit);
            return Recorded.RECORDED;
        } catch (SQLException failure) {
            Optional<Recorded> known = notInserted(raw, commit.gid(), failure);
            return known.orElseThrow(() -> transaction.commitFailed(COMMIT, failure));
        } finally {
            transaction.close();
        }
    }

    /** The guards of the insert, and its key, may be what has failed; so may a constraint of the user's that was deferred. */
    private Optional<Recorded> notInserted(Connection raw, Gid gid, SQLException failure) {
        boolean late = ErrorTable.state(failure).equals(PostgresErrors.GUARD_DEADLINE);
        if (!late && !database.dialect().errors().duplicateKey(failure)) {
            return Optional.empty();
        }
        try {
            raw.rollback();
            if (late) {
                boolean over = !table.now(raw).isBefore(gid.deadline());
                return over ? Optional.of(Recorded.EXPIRED) : Optional.empty();
            }
            return table.read(raw, gid)
                    .filter(row -> row.outcome() == Outcome.ABORTED)
                    .map(row -> Recorded.LOST);
        } catch (SQLException alsoFailed) {
            failure.addSuppressed(alsoFailed);
            return Optional.empty();
        }
    }

    @Override
    public void commit() {
        transaction.commit(COMMIT);
    }

    @Override
    public void rollback() {
        transaction.close();
    }

    @Override
    public void close() {
        transaction.close();
    }

    @Override
    public String toString() {
        return "local work in " + database.label();
    }

    /** What is thrown when a log is used that was not opened. */
    static StoreException notOpen() {
        return new StoreException(
                "The decision log is not open. Nothing was done. Call open() once before using it.", null);
    }
}
