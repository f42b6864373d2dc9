package dev.troth.jdbc;

import dev.troth.spi.OutboxStore;
import dev.troth.spi.UnfitStoreException;
import dev.troth.spi.UnfitStoreException.Lack;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Troth's tables in one database: their scripts, a check that they are there, and the identity drawn with them. */
final class Schema {
    /** The version of the tables that this code works with. */
    static final int VERSION = 1;

    /** Each table with its columns. */
    private static final Map<String, List<String>> TABLES = tables("""
            troth_identity: one version store forgotten_until
            troth_decisions: gid kind outcome owed traceparent deadline decided_at done_at lease_until heuristic
            troth_branches: gid branch state deadline noted_at
            troth_heuristics: gid branch decided note noticed_at
            troth_inbox: consumer message_id applied_at
            troth_dead_letters: consumer message_id kind message_key correlation_id content_type headers payload \
            attempts failure_class reason failure failed_at state settled_at replays version
            troth_dead_letter_audit: consumer message_id number done_at done_by verb note old_payload
            troth_outbox: seq lane id aggregatetype aggregateid type payload target content_type envelope_type \
            correlation_id headers time_to_live created_at
            troth_outbox_lanes: lane owner lease_until
            troth_outbox_failing: seq lane aggregateid attempts retry_at reason
            """);

    /** "It is there already", as the databases say it; two instances may create the tables at once. */
    private static final Set<String> EXISTS =
            Set.of("42P07", "42710", "23505", "X0Y32", "X0Y68", "42S01", "42S11", "90076");

    private final Database database;

    Schema(Database database) {
        this.database = database;
    }

    private static Map<String, List<String>> tables(String lines) {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        lines.lines().forEach(line -> {
            int colon = line.indexOf(':');
            tables.put(
                    line.substring(0, colon), List.of(line.substring(colon + 2).split(" ", -1)));
        });
        return tables;
    }

    /** Where the script lies in the jar. */
    static String scriptName(Dialect dialect) {
        return "/dev/troth/jdbc/" + dialect.name() + "-" + VERSION + ".sql";
    }

    /** The script that creates the tables. */
    static String script(Dialect dialect) {
        try (InputStream in = Schema.class.getResourceAsStream(scriptName(dialect))) {
            if (in == null) {
                throw new IllegalStateException(scriptName(dialect) + " is not in the jar of troth-jdbc");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Creates what is missing. Safe when several instances do it at once. Where nothing is missing no DDL is executed: CREATE
     * INDEX waits for every branch in doubt, even with IF NOT EXISTS, and those wait for the service that is starting.
     */
    void create() {
        Database.Task task = new Database.Task("create Troth's tables", "Some may be there now; run it again.");
        database.each(task, connection -> {
            if (complete(connection)) {
                return true;
            }
            try (Statement statement = connection.createStatement()) {
                for (String sql : script(database.dialect()).split(";\\s*\\n", -1)) {
                    if (!sql.isBlank()) {
                        createOne(statement, sql);
                    }
                }
            }
            return true;
        });
    }

    /** A lost race shows as "exists already", or on PostgreSQL as a duplicate key of its catalogue. */
    private static void createOne(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException failure) {
            if (!EXISTS.contains(ErrorTable.state(failure))) {
                throw failure;
            }
        }
    }

    /**
     * Checks the tables and returns the identity of this store, drawing it if nobody has.
     *
     * @throws UnfitStoreException that names everything that is missing
     */
    String check() {
        Database.Task task = new Database.Task("read Troth's tables", "Nothing was changed.");
        return database.each(task, connection -> {
            List<String> missing = missing(connection);
            if (!missing.isEmpty()) {
                throw new UnfitStoreException(
                        Lack.TABLES,
                        "Troth's tables are not complete in " + database.label() + ": missing "
                                + String.join(", ", missing) + ".",
                        "Run the script " + scriptName(database.dialect())
                                + " from the jar of"
                                + " troth-jdbc (TrothTables.of(dataSource).script() returns it), or while developing"
                                + " TrothTables.of(dataSource).create().");
            }
            return identity(connection);
        });
    }

    private boolean complete(Connection connection) throws SQLException {
        if (!missing(connection).isEmpty()) {
            return false;
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT COUNT(*) FROM troth_identity CROSS JOIN troth_outbox_lanes")) {
            return rows.next() && rows.getInt(1) == OutboxStore.LANES;
        }
    }

    private List<String> missing(Connection connection) throws SQLException {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, List<String>> table : TABLES.entrySet()) {
            if (readable(connection, String.join(", ", table.getValue()), table.getKey())) {
                continue;
            }
            if (!readable(connection, "1", table.getKey())) {
                missing.add("table " + table.getKey());
                continue;
            }
            for (String column : table.getValue()) {
                if (!readable(connection, column, table.getKey())) {
                    missing.add("column " + table.getKey() + "." + column);
                }
            }
        }
        return missing;
    }

    /** A permission that is missing is another error than a table that is. */
    private boolean readable(Connection connection, String columns, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT " + columns + " FROM " + table + " WHERE 1 = 0")) {
            return !rows.next();
        } catch (SQLException failure) {
            String state = ErrorTable.state(failure);
            if (state.startsWith("42") && !state.equals("42501") && failure.getErrorCode() != 1142) {
                return false;
            }
            throw failure;
        }
    }

    private String identity(Connection connection) throws SQLException {
        Identity found = readIdentity(connection);
        if (found.store().isEmpty()) {
            try (PreparedStatement draw =
                    connection.prepareStatement("UPDATE troth_identity SET store = ? WHERE one = 1 AND store = ''")) {
                draw.setString(1, token(new SecureRandom()));
                draw.executeUpdate();
            }
            found = readIdentity(connection);
        }
        if (found.version() != VERSION) {
            throw new UnfitStoreException(
                    Lack.VERSION,
                    "Troth's tables in " + database.label() + " have version " + found.version()
                            + ", and this library works with version " + VERSION + ".",
                    "Use the library that fits them, or run the scripts up to " + scriptName(database.dialect()) + ".");
        }
        return found.store();
    }

    private Identity readIdentity(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT version, store FROM troth_identity WHERE one = 1")) {
            if (!rows.next()) {
                throw new UnfitStoreException(
                        Lack.TABLES,
                        "The one row of troth_identity is missing in " + database.label() + ".",
                        "Run " + scriptName(database.dialect()) + " again: it adds the row.");
            }
            return new Identity(rows.getInt(1), rows.getString(2));
        }
    }

    private static String token(Random random) {
        return random.ints(6, 0, 36)
                .collect(StringBuilder::new, (text, i) -> text.append(Character.forDigit(i, 36)), StringBuilder::append)
                .toString();
    }

    private record Identity(int version, String store) {}
}
