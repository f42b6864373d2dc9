package dev.troth.cli.demo;

import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Two PostgreSQL servers of our own, one for each service. They end with this JVM, however that ends. */
final class Databases implements AutoCloseable {
    private final PostgresServer blog = PostgresServer.local();
    private final PostgresServer review = PostgresServer.local();

    /** Starts both, the first time after unpacking them. */
    void start() {
        Together.run(blog::start, review::start);
    }

    String blogUrl() {
        return blog.url();
    }

    String reviewUrl() {
        return review.url();
    }

    /** Asks both databases. */
    Counts counts() {
        String prepared = "SELECT count(*) FROM pg_prepared_xacts";
        return new Counts(
                count(blog, "SELECT count(*) FROM blogs"),
                count(review, "SELECT count(*) FROM reviews"),
                count(blog, prepared) + count(review, prepared));
    }

    private static long count(PostgresServer server, String sql) {
        try (Connection connection = DriverManager.getConnection(server.url());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new DemoException("'" + sql + "' failed with SQLSTATE " + e.getSQLState(), e);
        }
    }

    @Override
    public void close() {
        Together.run(blog::close, review::close);
    }
}
