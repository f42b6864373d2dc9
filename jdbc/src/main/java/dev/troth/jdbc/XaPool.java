package dev.troth.jdbc;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import javax.sql.DataSource;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import javax.transaction.xa.XAResource;
import org.slf4j.LoggerFactory;

/** A small, bounded pool of XA connections. As a data source it lends them for plain statements. */
final class XaPool implements DataSource {
    private static final org.slf4j.Logger log = LoggerFactory.getLogger(XaPool.class);
    private static final int WAIT_SECONDS = 5;

    private final XADataSource source;
    private final int size;
    private final Semaphore free;
    private final Deque<XAConnection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    XaPool(XADataSource source, int size) {
        this.source = source;
        this.size = size;
        this.free = new Semaphore(size);
    }

    /** Takes an XA connection, waiting a little for one. */
    Lease borrow() throws SQLException {
        try {
            if (!free.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new SQLTransientConnectionException(
                        "none of " + size + " XA connections became free within " + WAIT_SECONDS + " s", "08001");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException(
                    "interrupted while waiting for an XA connection", "08001", interrupted);
        }
        try {
            XAConnection connection = idle.pollFirst();
            return new Lease(connection == null ? source.getXAConnection() : connection);
        } catch (SQLException | RuntimeException | Error failure) {
            free.release();
            throw failure;
        }
    }

    /** Closes what is idle; what is lent is closed when it comes back. */
    void shutDown() {
        closed = true;
        XAConnection connection = idle.pollFirst();
        while (connection != null) {
            close(connection);
            connection = idle.pollFirst();
        }
    }

    int lent() {
        return size - free.availablePermits();
    }

    private static void close(XAConnection connection) {
        try {
            connection.close();
        } catch (SQLException failure) {
            log.debug("closing an XA connection failed: {}", failure.toString());
        }
    }

    /** A lent XA connection. It goes back once: to the pool, or closed. */
    final class Lease {
        private final XAConnection connection;
        private final AtomicBoolean back = new AtomicBoolean();

        private Lease(XAConnection connection) {
            this.connection = connection;
        }

        XAResource resource() throws SQLException {
            return connection.getXAResource();
        }

        Connection connection() throws SQLException {
            return connection.getConnection();
        }

        /** Gives it back for others to use. */
        void release() {
            if (back.compareAndSet(false, true)) {
                if (closed) {
                    close(connection);
                } else {
                    idle.addFirst(connection);
                }
                free.release();
            }
        }

        /** Closes it: nobody may use it again. */
        void discard() {
            if (back.compareAndSet(false, true)) {
                close(connection);
                free.release();
            }
        }
    }

    /** A connection whose close gives the XA connection back, and whose abort closes that. */
    @Override
    public Connection getConnection() throws SQLException {
        Lease lease = borrow();
        Connection connection;
        try {
            connection = lease.connection();
        } catch (SQLException | RuntimeException | Error failure) {
            lease.discard();
            throw failure;
        }
        return (Connection) Proxy.newProxyInstance(
                XaPool.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, args) -> {
                    try {
                        Object result = method.invoke(connection, args);
                        switch (method.getName()) {
                            case "close" -> lease.release();
                            case "abort" -> lease.discard();
                            default -> {}
                        }
                        return result;
                    } catch (InvocationTargetException wrapped) {
                        if (method.getName().equals("close") || method.getName().equals("abort")) {
                            lease.discard();
                        }
                        throw wrapped.getCause() == null ? wrapped : wrapped.getCause();
                    }
                });
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("The XADataSource has the user");
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        source.setLogWriter(out);
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
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return source.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException("nothing is wrapped");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
