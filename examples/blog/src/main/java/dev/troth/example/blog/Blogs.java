package dev.troth.example.blog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The blog service's table. */
final class Blogs {
    private static final String POSTGRES = """
            CREATE TABLE IF NOT EXISTS blogs (
                id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                title      varchar(200) NOT NULL,
                content    text NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now()
            )""";
    private static final String MARIADB = """
            CREATE TABLE IF NOT EXISTS blogs (
                id         bigint AUTO_INCREMENT PRIMARY KEY,
                title      varchar(200) NOT NULL,
                content    mediumtext NOT NULL,
                created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
            ) ENGINE = InnoDB CHARACTER SET utf8mb4""";

    /** How the table is made. */
    static final TableScript TABLE = new TableScript("blogs", POSTGRES, MARIADB);

    /** A row as it is shown. */
    record Blog(long id, String title, String content, String createdAt) {}

    long insert(Connection connection, NewBlog blog) throws SQLException {
        String sql = "INSERT INTO blogs (title, content) VALUES (?, ?)";
        try (PreparedStatement insert = connection.prepareStatement(sql, new String[] {"id"})) {
            insert.setString(1, blog.title());
            insert.setString(2, blog.content());
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                keys.next();
                return keys.getLong(1);
            }
        }
    }

    Optional<Blog> find(Connection connection, long id) throws SQLException {
        String sql = "SELECT id, title, content, created_at FROM blogs WHERE id = ?";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Blog(
                                row.getLong("id"),
                                row.getString("title"),
                                row.getString("content"),
                                row.getTimestamp("created_at").toInstant().toString()))
                        : Optional.empty();
            }
        }
    }
}
