package dev.troth.example.blog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.troth.jdbc.TrothTables;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import javax.sql.DataSource;

/**
 * A service's database: a small pool with explicit time-outs, so that a database that is away is an error within seconds.
 */
final class ServiceDatabase implements AutoCloseable {
    private static final int CONNECT_SECONDS = 3;
    private static final int BORROW_MILLIS = 3_000;
    private static final int SOCKET_SECONDS = 20; // longer than a transaction may wait for a lock
    private static final int VALID_SECONDS = 2;
    /** What PostgreSQL answers to the slower one of two that create the same thing at once. */
    private static final Set<String> EXISTS = Set.of("42P07", "42710", "23505");

    private final DatabaseSettings settings;
    private final HikariDataSource pool;

    private ServiceDatabase(DatabaseSettings settings, HikariDataSource pool) {
        this.settings = settings;
        this.pool = pool;
    }

    /**
     * Connects, and makes the tables that are missing: Troth's and the service's own.
     *
     * @throws StoreException if the database cannot be reached or used
     */
    static ServiceDatabase open(String name, DatabaseSettings settings, TableScript table) {
        ServiceDatabase database = new ServiceDatabase(settings, connect(name, settings));
        try {
            TrothTables.of(database.pool).create();
            database.create(table);
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static HikariDataSource connect(String name, DatabaseSettings settings) {
        if (!settings.url().matches("(?s)jdbc:(postgresql|mariadb):.*")) {
            throw new StoreException(
                    "The database of service '" + name + "' is to be a JDBC URL of PostgreSQL or MariaDB, as"
                            + " jdbc:postgresql://localhost/blog?user=me&password=secret, and not " + settings
                            + ". Nothing was started.",
                    null);
        }
        try {
            return new HikariDataSource(config(name, settings));
        } catch (PoolInitializationException e) {
            throw new StoreException(
                    "Service '" + name + "' cannot connect to " + settings + " (" + e.getMessage() + "). Nothing was"
                            + " started. Check that the database runs, and the address, user and password.",
                    e);
        }
    }

    private static HikariConfig config(String name, DatabaseSettings settings) {
        boolean postgres = settings.isPostgres();
        int unit = postgres ? 1 : 1000; // PostgreSQL's driver counts seconds, MariaDB's milliseconds
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(settings.url());
        settings.user().ifPresent(config::setUsername);
        settings.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(settings.connections());
        config.setMinimumIdle(Math.min(2, settings.connections()));
        config.setConnectionTimeout(BORROW_MILLIS);
        config.setValidationTimeout(1_000);
        config.setInitializationFailTimeout(CONNECT_SECONDS * 1_000L);
        // Of a connection that a network has forgotten, the server's end would keep its transaction and its locks for
        // hours.
        config.setConnectionInitSql(
                postgres
                        ? "SET idle_in_transaction_session_timeout = '" + SOCKET_SECONDS + "s'"
                        : "SET SESSION idle_transaction_timeout = " + SOCKET_SECONDS);
        config.addDataSourceProperty("connectTimeout", Integer.toString(CONNECT_SECONDS * unit));
        config.addDataSourceProperty("socketTimeout", Integer.toString(SOCKET_SECONDS * unit));
        if (postgres) {
            config.addDataSourceProperty("ApplicationName", "troth-" + name);
        }
        return config;
    }

    /** Where the table is there no DDL is executed: it would wait for branches in doubt, and those wait for this start. */
    private void create(TableScript table) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            if (exists(connection, table.name())) {
                return;
            }
            for (String sql : (settings.isPostgres() ? table.postgres() : table.mariaDb()).split(";\n", -1)) {
                createOne(statement, sql);
            }
        } catch (SQLException e) {
            throw new StoreException(
                    "The tables of the example could not be made in " + settings + " (SQLSTATE " + e.getSQLState()
                            + ": " + e.getMessage() + "). Some may be there now; start again when the cause is gone.",
                    e);
        }
    }

    private static boolean exists(Connection connection, String table) throws SQLException {
        try (ResultSet found = connection
                .getMetaData()
                .getTables(connection.getCatalog(), connection.getSchema(), table, new String[] {"TABLE"})) {
            return found.next();
        }
    }

    private static void createOne(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            if (!EXISTS.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
        }
    }

    /** The pool. */
    DataSource source() {
        return pool;
    }

    /** How many connections there can be at most. */
    int connections() {
        return settings.connections();
    }

    /** Whether it is PostgreSQL; otherwise it is MariaDB or MySQL. */
    boolean isPostgres() {
        return settings.isPostgres();
    }

    /** Reads something. */
    <T> T read(Query<T> query) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return query.run(connection);
        }
    }

    /** Whether a connection can be had that works. */
    boolean answers() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(VALID_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Closes every connection, also those in use. */
    @Override
    public void close() {
        pool.close();
    }

    /** Reads something on a connection. */
    @FunctionalInterface
    interface Query<T> {
        T run(Connection connection) throws SQLException;
    }
}
