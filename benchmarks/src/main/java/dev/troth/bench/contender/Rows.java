package dev.troth.bench.contender;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The two statements of the workload. */
public final class Rows {
    static final String BLOG = "INSERT INTO blogs (title, content) VALUES (?, ?)";
    static final String REVIEW = "INSERT INTO reviews (blog_id, review_content) VALUES (?, ?)";

    private Rows() {}

    static void blog(Connection connection, String title, String content) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(BLOG)) {
            bindBlog(insert, title, content);
            insert.executeUpdate();
        }
    }

    static void bindBlog(PreparedStatement insert, String title, String content) throws SQLException {
        insert.setString(1, title);
        insert.setString(2, content);
    }

    static void review(Connection connection, long blog, String content) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(REVIEW)) {
            bindReview(insert, blog, content);
            insert.executeUpdate();
        }
    }

    static void bindReview(PreparedStatement insert, long blog, String content) throws SQLException {
        insert.setLong(1, blog);
        insert.setString(2, content);
    }

    /** A pool of so many connections, all of them open from the start. */
    static HikariDataSource pool(String url, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(connections);
        return new HikariDataSource(config);
    }
}
