package dev.troth.rates;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.troth.jdbc.TrothTables;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Two PostgreSQL that force their writes to the disk, and a broker. */
final class Bench implements AutoCloseable {
    static final String TEXT = "x".repeat(500);
    private static final int CONNECTIONS = 30;

    private final PostgresServer left = PostgresServer.local();
    private final PostgresServer right = PostgresServer.local();
    final RabbitServer rabbit = RabbitServer.local();
    final HikariDataSource blogs;
    final HikariDataSource notes;

    Bench() throws SQLException {
        left.start();
        right.start();
        rabbit.start();
        blogs = pool(left);
        notes = pool(right);
    }

    private static HikariDataSource pool(PostgresServer server) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.freshDatabase());
        config.setMaximumPoolSize(CONNECTIONS);
        HikariDataSource pool = new HikariDataSource(config);
        TrothTables.of(pool).create();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE written (id bigint PRIMARY KEY, body text NOT NULL)");
        }
        return pool;
    }

    static void insert(Connection connection, long id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO written (id, body) VALUES (?, ?)")) {
            insert.setLong(1, id);
            insert.setString(2, TEXT);
            insert.executeUpdate();
        }
    }

    /** One commit of one row. */
    static void commit(HikariDataSource pool, long id) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, id);
            connection.commit();
        }
    }

    static long count(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM written")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() {
        blogs.close();
        notes.close();
        rabbit.close();
        left.close();
        right.close();
    }
}
