package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Outcome;
import dev.troth.spi.StoreException;
import java.time.Duration;
import java.time.Instant;

/** What every branch store does in the same way: branch rows and heuristic outcomes, each on a connection of its own. */
final class BranchRows {
    private final Database database;
    private final BranchTable table;
    private final Duration retention;

    BranchRows(Database database, Duration retention) {
        this.database = database;
        this.table = new BranchTable(database.dialect());
        this.retention = retention;
    }

    Database database() {
        return database;
    }

    BranchTable table() {
        return table;
    }

    void heuristic(BranchId branch, Outcome decided, String note) {
        Task task = new Task("note the heuristic outcome of branch " + branch, "It is to be noted again.");
        database.each(task, connection -> {
            table.heuristic(connection, branch, decided, note);
            return branch;
        });
    }

    int purge(int limit) {
        Task task = new Task("purge branch rows", "It is tried again by itself.");
        return database.background(task, connection -> table.purge(connection, retention, limit));
    }

    Instant now() {
        return database.each(new Task("read the clock", ""), table::now);
    }

    static Task committing(BranchId branch) {
        return new Task(
                "commit branch ",
                branch,
                "Whether it has committed is not known (rule 7); it is tried again by itself.");
    }

    static Task rollingBack(BranchId branch) {
        return new Task(
                "roll back branch ", branch, "Whether it has rolled back is not known; it is tried again by itself.");
    }

    static Task beginning(BranchId branch) {
        return new Task("begin branch ", branch, "It has not started; the transaction rolls back.");
    }

    static Task listing() {
        return new Task("list the prepared branches", "It is tried again by itself.");
    }

    static StoreException notOpen() {
        return new StoreException(
                "The branch store is not open. Nothing was done. Call open() once before using it.", null);
    }
}
