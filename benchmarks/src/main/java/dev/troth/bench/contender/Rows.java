package dev.troth.bench.contender;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

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

    /** For those whose data sources take part in the transaction of the thread: a row into each. */
    static void everywhere(List<? extends DataSource> databases, long id, String title, String content)
            throws SQLException {
        for (int i = 0; i < databases.size(); i++) {
            try (Connection connection = databases.get(i).getConnection()) {
                if (i == 0) {
                    blog(connection, title, content);
                } else {
                    review(connection, id, content);
                }
            }
        }
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
