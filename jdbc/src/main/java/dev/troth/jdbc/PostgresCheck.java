package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.spi.StoreException;
import dev.troth.spi.UnfitStoreException;
import dev.troth.spi.UnfitStoreException.Lack;
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
            throw new UnfitStoreException(
                    Lack.SETTING,
                    "PostgreSQL at " + database.label()
                            + " cannot prepare transactions: max_prepared_transactions is 0.",
                    "As a superuser run  ALTER SYSTEM SET max_prepared_transactions = 100;  and restart the server (a reload is"
                            + " not enough).");
        }
        if (!settings.rows || !settings.heuristics) {
            throw lacking(database, settings.user, "troth_identity, troth_branches, troth_heuristics");
        }
        return settings.slots;
    }

    /**
     * Checks that the user may keep decisions.
     *
     * @throws StoreException if not, with the grant
     */
    static void decisions(Database database) {
        rights(database, PostgresSql.LOG_RIGHTS, "troth_identity, troth_decisions");
    }

    /**
     * Checks that the user may keep messages.
     *
     * @throws StoreException if not, with the grant
     */
    static void outbox(Database database) {
        rights(database, PostgresSql.OUTBOX_RIGHTS, "troth_outbox, troth_outbox_lanes, troth_outbox_failing");
    }

    private static void rights(Database database, String question, String tables) {
        Task task = new Task("read the settings of PostgreSQL", "Nothing was changed.");
        Settings settings = database.each(task, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(question)) {
                rows.next();
                return new Settings(0, rows.getBoolean(1), true, rows.getString(2));
            }
        });
        if (!settings.rows) {
            throw lacking(database, settings.user, tables);
        }
    }

    private static StoreException lacking(Database database, String user, String tables) {
        return new UnfitStoreException(
                Lack.RIGHTS,
                "User " + user + " may not use Troth's tables in " + database.label() + ".",
                "As their owner run  GRANT SELECT, INSERT, UPDATE, DELETE ON " + tables + " TO " + user + ";");
    }

    private record Settings(int slots, boolean rows, boolean heuristics, String user) {}
}
