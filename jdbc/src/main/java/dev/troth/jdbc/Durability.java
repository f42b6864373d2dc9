package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import java.sql.ResultSet;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says, when a store opens, that a server may forget what it has called committed: no protocol can make up for that. */
final class Durability {
    private static final Logger log = LoggerFactory.getLogger(Durability.class);

    private Durability() {}

    static void check(Database database) {
        switch (database.dialect().name()) {
            case "postgresql" ->
                warnUnless(database, "SELECT current_setting('fsync')", "on", "fsync is off", "Set fsync = on.");
            case "mariadb" ->
                warnUnless(
                        database,
                        "SELECT @@innodb_flush_log_at_trx_commit",
                        "1",
                        "innodb_flush_log_at_trx_commit is not 1",
                        "Set innodb_flush_log_at_trx_commit = 1.");
            default -> log.debug("{} has no such setting", database.label());
        }
    }

    private static void warnUnless(Database database, String query, String safe, String what, String advice) {
        Task task = new Task("read the settings of the database", "Nothing was changed.");
        String found = database.each(task, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(query)) {
                return rows.next() ? rows.getString(1) : safe;
            }
        });
        if (!safe.equals(found)) {
            log.warn(
                    "code=TROTH-0402 database={} {}: after a crash of the machine it may have forgotten decisions and votes,"
                            + " and databases may then disagree. {}",
                    database.label(),
                    what,
                    advice);
        }
    }
}
