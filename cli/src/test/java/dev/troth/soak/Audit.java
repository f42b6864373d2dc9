package dev.troth.soak;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/** Compares what was written with what was applied. */
final class Audit {
    private static final String WRITTEN = "SELECT name, count(*), max(number) FROM written GROUP BY name";

    private static final String APPLIED = """
            SELECT name, count(*), count(DISTINCT number), max(number),
                sum(CASE WHEN number <> expected THEN 1 ELSE 0 END)
            FROM (SELECT name, number, row_number() OVER (PARTITION BY name ORDER BY place) AS expected FROM applied) a
            GROUP BY name
            """;

    private Audit() {}

    /**
     * What became of a key.
     *
     * @param rows how many rows were applied
     * @param numbers how many different numbers
     * @param last the last number
     * @param outOfPlace how many rows are not where their number says
     */
    record Key(long rows, long numbers, long last, long outOfPlace) {}

    /** What is wrong, a line for each key; empty if nothing is. */
    static List<String> of(DataSource writers, DataSource readers, long keys, long each) throws SQLException {
        Map<String, Key> written =
                read(writers, WRITTEN, row -> new Key(row.getLong(2), row.getLong(2), row.getLong(3), 0));
        Map<String, Key> applied =
                read(readers, APPLIED, row -> new Key(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)));
        Key right = new Key(each, each, each, 0);
        List<String> wrong = new ArrayList<>();
        if (written.size() != keys || applied.size() != keys) {
            wrong.add("keys: " + written.size() + " written, " + applied.size() + " applied, of " + keys);
        }
        written.forEach((key, of) -> check(wrong, key + " as it was written", of, right));
        applied.forEach((key, of) -> check(wrong, key + " as it was applied", of, right));
        return wrong;
    }

    private static void check(List<String> wrong, String what, Key found, Key right) {
        if (!found.equals(right)) {
            wrong.add(what + ": " + found + " instead of " + right);
        }
    }

    static long count(DataSource source, String table) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    private interface Reading {
        Key key(ResultSet row) throws SQLException;
    }

    private static Map<String, Key> read(DataSource source, String query, Reading reading) throws SQLException {
        Map<String, Key> keys = new TreeMap<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                keys.put(rows.getString(1), reading.key(rows));
            }
        }
        return keys;
    }
}
