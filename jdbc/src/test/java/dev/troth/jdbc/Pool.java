package dev.troth.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A connection pool as users have it, that can say whether every connection has come back. */
final class Pool implements AutoCloseable {
    /** So long that a loaded machine does not look like an exhausted pool. */
    private static final int PATIENT_MILLIS = 60_000;

    private static final int IMPATIENT_MILLIS = 4_000;

    private final HikariDataSource source;

    Pool(String url, int size) {
        this(url, size, null);
    }

    /** All connections have that isolation. */
    Pool(String url, int size, @Nullable String isolation) {
        this(url, size, isolation, PATIENT_MILLIS);
    }

    private Pool(String url, int size, @Nullable String isolation, int waitMillis) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(waitMillis);
        config.setInitializationFailTimeout(-1);
        config.setTransactionIsolation(isolation);
        source = new HikariDataSource(config);
    }

    /** For tests in which there is no connection to be had: it gives up soon. */
    static Pool impatient(String url, int size) {
        return new Pool(url, size, null, IMPATIENT_MILLIS);
    }

    /** A pool to a new Derby database; its first boot may take longer than a pool waits, which sets the limit for all drivers. */
    static Pool derby(String database, int size) {
        String url = "jdbc:derby:" + database;
        try {
            System.setProperty("derby.stream.error.file", "target/derby.log");
            DriverManager.setLoginTimeout(60);
            DriverManager.getConnection(url + ";create=true").close();
            return new Pool(url, size);
        } catch (SQLException failure) {
            throw new IllegalStateException(url, failure);
        }
    }

    HikariDataSource source() {
        return source;
    }

    /** How many connections somebody holds. */
    int lent() {
        return source.getHikariPoolMXBean().getActiveConnections();
    }

    void execute(String... statements) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(String.join("; ", statements), failure);
        }
    }

    String text(String query) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? String.valueOf(rows.getObject(1)) : "no row";
        } catch (SQLException failure) {
            throw new IllegalStateException(query, failure);
        }
    }

    int number(String query) {
        return Integer.parseInt(text(query));
    }

    @Override
    public void close() {
        source.close();
    }
}
