package dev.troth.cli.harness;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What transactions have left over in a database: prepared branches, open transactions (whose connections are not back in their pool)
 * and their locks, decisions that are owed to somebody, heuristic outcomes. Nothing of it stays for long in a system that is well.
 */
public final class Remains {
    private static final Map<String, String> POSTGRES = Map.of(
            "prepared", "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()",
            "open", """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
                    AND backend_type = 'client backend'""",
            "locks", """
                    SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation
                    WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND pg_locks.pid IS DISTINCT FROM pg_backend_pid() AND relnamespace = 'public'::regnamespace""");
    /** Not innodb_trx: that is a cache, which is not renewed while it is read more often than every 100 ms. */
    private static final Map<String, String> MARIADB =
            Map.of("prepared", "XA RECOVER", "open", "SHOW ENGINE INNODB STATUS");

    private static final Pattern ACTIVE = Pattern.compile("^---TRANSACTION \\d+, ACTIVE", Pattern.MULTILINE);
    private static final Map<String, String> BOTH = Map.of(
            "owed", "SELECT count(*) FROM troth_decisions WHERE outcome = 'COMMITTED' AND done_at IS NULL",
            "heuristic", "SELECT count(*) FROM troth_heuristics");

    private Remains() {}

    /** What is left over, in words; empty if nothing is. A database that does not answer is something, too. */
    public static String of(String url) {
        Map<String, String> questions = new LinkedHashMap<>(held(url));
        questions.putAll(BOTH);
        return found(url, questions);
    }

    /** The part of it that others have to wait for: prepared branches, open transactions, locks. */
    public static String locksOf(String url) {
        return found(url, held(url));
    }

    private static Map<String, String> held(String url) {
        return url.startsWith("jdbc:postgresql:") ? POSTGRES : MARIADB;
    }

    private static String found(String url, Map<String, String> questions) {
        Map<String, Long> found = new LinkedHashMap<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> question : questions.entrySet()) {
                found.put(question.getKey(), count(statement, question.getValue()));
            }
        } catch (SQLException e) {
            return "the database does not answer: " + e.getMessage();
        }
        return found.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(" "));
    }

    private static long count(Statement statement, String question) throws SQLException {
        try (ResultSet rows = statement.executeQuery(question)) {
            if (question.startsWith("SELECT")) {
                rows.next();
                return rows.getLong(1);
            }
            if (question.startsWith("SHOW")) {
                rows.next();
                return ACTIVE.matcher(rows.getString("Status")).results().count();
            }
            long count = 0;
            while (rows.next()) {
                count++;
            }
            return count;
        }
    }
}
