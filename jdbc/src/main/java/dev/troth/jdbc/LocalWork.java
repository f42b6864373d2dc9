package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** The local work of one transaction and its decision, on one connection that is borrowed when it is first needed. */
final class LocalWork implements DecisionLog.LocalTransaction {
    private static final Task RECORD = new Task(
            "add the decision to the local transaction",
            "Nothing was decided; the local transaction is to be rolled back.");
    private static final Task COMMIT = new Task(
            "see the end of the local commit",
            "Whether it committed is not known here; the decision row tells, and is asked by itself.");

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
        Optional<SQLException> lost = transaction.lost();
        if (lost.isPresent()) {
            throw transaction.refused(RECORD, lost.get());
        }
        try {
            return table.record(raw, commit);
        } catch (SQLException failure) {
            transaction.spoilIfLost(failure);
            throw transaction.refused(RECORD, failure);
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
