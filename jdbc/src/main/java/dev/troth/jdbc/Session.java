package dev.troth.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A borrowed connection that surely goes back, exactly once: as it was found, or, if there is any doubt about it, torn down so
 * that its pool cannot hand it out again.
 */
final class Session implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final Connection connection;
    private final boolean foundAutoCommit;
    private final boolean autoCommit;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean spoiled;

    private Session(Connection connection, boolean foundAutoCommit, boolean autoCommit) {
        this.connection = connection;
        this.foundAutoCommit = foundAutoCommit;
        this.autoCommit = autoCommit;
    }

    /** Borrows a connection that commits every statement. */
    static Session autoCommit(DataSource source) throws SQLException {
        return open(source.getConnection(), true);
    }

    /** Borrows a connection with a transaction. What is not committed when it closes is rolled back. */
    static Session transaction(DataSource source) throws SQLException {
        return open(source.getConnection(), false);
    }

    private static Session open(Connection connection, boolean autoCommit) throws SQLException {
        boolean found = autoCommit;
        try {
            found = connection.getAutoCommit();
            if (found != autoCommit) {
                connection.setAutoCommit(autoCommit);
            }
            return new Session(connection, found, autoCommit);
        } catch (SQLException | RuntimeException | Error failure) {
            Session broken = new Session(connection, found, autoCommit);
            broken.spoil();
            broken.close();
            throw failure;
        }
    }

    Connection connection() {
        return connection;
    }

    /** Nobody may use this connection again: its state is not known. */
    void spoil() {
        spoiled = true;
    }

    /** Rolls back; a connection that cannot is spoiled. */
    void rollback() {
        try {
            connection.rollback();
        } catch (SQLException failure) {
            log.debug("rollback failed, the connection is discarded: {}", failure.toString());
            spoil();
        }
    }

    /** Gives the connection back. Never throws; does nothing the second time. */
    @Override
    public void close() {
        closeOnce();
    }

    /** As {@link #close()}; returns whether it was this call that gave it back. */
    boolean closeOnce() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        restore();
        if (spoiled) {
            abort();
        }
        try {
            connection.close();
        } catch (SQLException failure) {
            log.debug("closing a connection failed: {}", failure.toString());
        }
        return true;
    }

    /** Turning auto-commit on would commit what is open, so whatever is open is rolled back first. */
    private void restore() {
        if (!spoiled && !autoCommit) {
            rollback();
        }
        if (!spoiled && foundAutoCommit != autoCommit) {
            try {
                connection.setAutoCommit(foundAutoCommit);
            } catch (SQLException failure) {
                log.debug("auto-commit could not be restored, the connection is discarded: {}", failure.toString());
                spoil();
            }
        }
    }

    private void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException failure) {
            log.debug("aborting a connection failed: {}", failure.toString());
        }
    }
}
