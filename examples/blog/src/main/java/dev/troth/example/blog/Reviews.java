package dev.troth.example.blog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The review service's table. Its check shows how a constraint of one database rolls back the other one too. */
final class Reviews {
    private static final String POSTGRES = """
            CREATE TABLE IF NOT EXISTS reviews (
                id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                blog_id    bigint NOT NULL,
                title      varchar(200) NOT NULL CONSTRAINT title_without_markup CHECK (title NOT LIKE '%<%'),
                body       text NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now()
            )""";
    private static final String POSTGRES_INDEX = "CREATE INDEX IF NOT EXISTS reviews_blog_id ON reviews (blog_id)";
    private static final String MARIADB = """
            CREATE TABLE IF NOT EXISTS reviews (
                id         bigint AUTO_INCREMENT PRIMARY KEY,
                blog_id    bigint NOT NULL,
                title      varchar(200) NOT NULL,
                body       text NOT NULL,
                created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
                INDEX reviews_blog_id (blog_id),
                CONSTRAINT title_without_markup CHECK (title NOT LIKE '%<%')
            ) ENGINE = InnoDB CHARACTER SET utf8mb4""";
    private static final int SHOWN = 100;

    /** How the table is made. */
    static final TableScript TABLE = new TableScript("reviews", POSTGRES + ";\n" + POSTGRES_INDEX, MARIADB);

    /** A row as it is shown. */
    record Review(long id, long blogId, String body, String createdAt) {}

    void insert(Connection connection, NewReview review) throws SQLException {
        String sql = "INSERT INTO reviews (blog_id, title, body) VALUES (?, ?, ?)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setLong(1, review.blogId());
            insert.setString(2, review.title());
            insert.setString(3, review.body());
            insert.executeUpdate();
        }
    }

    List<Review> ofBlog(Connection connection, long blogId) throws SQLException {
        String sql = "SELECT id, blog_id, body, created_at FROM reviews WHERE blog_id = ? ORDER BY id LIMIT " + SHOWN;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, blogId);
            List<Review> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new Review(
                            rows.getLong("id"),
                            rows.getLong("blog_id"),
                            rows.getString("body"),
                            rows.getTimestamp("created_at").toInstant().toString()));
                }
            }
            return found;
        }
    }
}
