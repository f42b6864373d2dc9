package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.spi.StoreException;
import java.sql.ResultSet;
import java.sql.Statement;

/** Whether a PostgreSQL server and its user can prepare branches: checked when a store opens, not when the first one fails. */
final class PostgresCheck {
    private PostgresCheck() {}

    /**
     * Returns how many transactions the server can prepare at once.
     *
     * @throws StoreException if none, or if the user may not use the tables
     */
    static int slots(Database database) {
        Task task = new Task("read the settings of PostgreSQL", "Nothing was changed.");
        Settings settings = database.each(task, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(PostgresSql.SETTINGS)) {
                rows.next();
                return new Settings(rows.getInt(1), rows.getBoolean(2), rows.getBoolean(3), rows.getString(4));
            }
        });
        if (settings.slots == 0) {
            throw new StoreException(
                    "PostgreSQL at " + database.label()
                            + " cannot prepare transactions: max_prepared_transactions is 0."
                            + " Nothing was changed. As a superuser run  ALTER SYSTEM SET max_prepared_transactions = 100;  and"
                            + " restart the server (a reload is not enough).",
                    null);
        }
        if (!settings.branches || !settings.heuristics) {
            throw new StoreException(
                    "User " + settings.user + " may not use Troth's tables in " + database.label()
                            + ". Nothing was changed. As their owner run  GRANT SELECT, INSERT, UPDATE, DELETE ON"
                            + " troth_identity, troth_branches, troth_heuristics TO " + settings.user + ";",
                    null);
        }
        return settings.slots;
    }

    private record Settings(int slots, boolean branches, boolean heuristics, String user) {}
}
