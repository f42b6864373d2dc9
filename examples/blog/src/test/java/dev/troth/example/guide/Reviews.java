package dev.troth.example.guide;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** What the other service has already. */
final class Reviews {
    static final String TABLE = "CREATE TABLE reviews (blog_id bigint PRIMARY KEY, body text NOT NULL)";

    void insert(Connection connection, NewReview review) throws SQLException {
        String sql = "INSERT INTO reviews (blog_id, body) VALUES (?, ?)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setLong(1, review.blogId());
            insert.setString(2, review.text());
            insert.executeUpdate();
        }
    }

    void praise(Connection connection, long blogId) throws SQLException {
        String sql = "UPDATE reviews SET body = body || ', with praise' WHERE blog_id = ?";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, blogId);
            update.executeUpdate();
        }
    }
}
