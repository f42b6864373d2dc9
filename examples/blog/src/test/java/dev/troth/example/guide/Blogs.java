package dev.troth.example.guide;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** What a service has already: its own SQL. */
final class Blogs {
    static final String TABLE =
            "CREATE TABLE blogs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL,"
                    + " content text NOT NULL)";

    long insert(Connection connection, String title, String content) throws SQLException {
        String sql = "INSERT INTO blogs (title, content) VALUES (?, ?)";
        try (PreparedStatement insert = connection.prepareStatement(sql, new String[] {"id"})) {
            insert.setString(1, title);
            insert.setString(2, content);
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                keys.next();
                return keys.getLong(1);
            }
        }
    }
}
