package dev.troth.testkit.idempotency;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The database as one consumer sees it: its connections fail where the {@link Watch} of the delivery says so, and end with the consumer. */
final class FaultyDatabase implements DataSource {
    private final DataSource source;
    private final List<FaultyConnection> connections = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> crashed = new CompletableFuture<>();
    private volatile Watch watch = Watch.of(Fault.NONE);
    private volatile boolean used;

    FaultyDatabase(DataSource source) {
        this.source = source;
    }

    /** From now on a delivery is watched. */
    void watch(Watch next) {
        watch = next;
    }

    Watch watch() {
        return watch;
    }

    /** Whether a connection was ever asked for. */
    boolean used() {
        return used;
    }

    /** The consumer is over, with all its connections. */
    void crash() {
        crashed.complete(null);
        end();
    }

    /** Completes when the consumer crashes. */
    CompletableFuture<Void> crashed() {
        return crashed;
    }

    /** Takes back what the consumer has left open. */
    void end() {
        connections.forEach(FaultyConnection::cut);
    }

    void closed(FaultyConnection connection) {
        connections.remove(connection);
    }

    void checkAlive() {
        if (crashed.isDone()) {
            throw new ConsumerCrash();
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        return lend(source::getConnection);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return lend(() -> source.getConnection(user, password));
    }

    private Connection lend(Pool pool) throws SQLException {
        checkAlive();
        used = true;
        Watch watched = watch;
        watched.connecting(true);
        try {
            FaultyConnection connection = new FaultyConnection(pool.take(), this);
            connections.add(connection);
            return connection.proxy();
        } finally {
            watched.connecting(false);
        }
    }

    /** Where connections come from. */
    @FunctionalInterface
    private interface Pool {
        Connection take() throws SQLException;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter writer) throws SQLException {
        source.setLogWriter(writer);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        source.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return source.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger(Logger.GLOBAL_LOGGER_NAME);
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("Faults can be played only on the DataSource itself, so there is no " + type.getName()
                + " to be had from it here");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
