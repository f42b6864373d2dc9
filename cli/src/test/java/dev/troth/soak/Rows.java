package dev.troth.soak;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** What was written on one side, and applied on the other. */
final class Rows {
    private static final String WRITTEN = """
            CREATE TABLE written (
                name   varchar(40) NOT NULL,
                number bigint NOT NULL,
                PRIMARY KEY (name, number)
            )""";

    /** Nothing here keeps a row from being there twice: that is what is looked for. */
    private static final String APPLIED_POSTGRESQL = """
            CREATE TABLE applied (
                place  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                name   varchar(40) NOT NULL,
                number bigint NOT NULL
            )""";

    private static final String APPLIED_MARIADB = """
            CREATE TABLE applied (
                place  bigint AUTO_INCREMENT PRIMARY KEY,
                name   varchar(40) NOT NULL,
                number bigint NOT NULL
            ) ENGINE = InnoDB""";

    private Rows() {}

    static List<String> tables(String url) {
        return List.of(WRITTEN, url.startsWith("jdbc:postgresql:") ? APPLIED_POSTGRESQL : APPLIED_MARIADB);
    }

    static void write(Connection connection, String key, long number) throws SQLException {
        insert(connection, "INSERT INTO written (name, number) VALUES (?, ?)", key, number);
    }

    static void apply(Connection connection, String key, long number) throws SQLException {
        insert(connection, "INSERT INTO applied (name, number) VALUES (?, ?)", key, number);
    }

    private static void insert(Connection connection, String sql, String key, long number) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, key);
            insert.setLong(2, number);
            insert.executeUpdate();
        }
    }

    /** The last number of a key that was written; 0 if none was. */
    static long last(Connection connection, String key) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT coalesce(max(number), 0) FROM written WHERE name = ?")) {
            select.setString(1, key);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
