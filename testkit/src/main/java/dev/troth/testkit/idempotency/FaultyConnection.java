package dev.troth.testkit.idempotency;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that can be cut: at a statement, before a commit, or after it. A cut one has rolled back, as the server does when it notices,
 * and only closing it works.
 */
final class FaultyConnection {
    private static final Logger log = LoggerFactory.getLogger(FaultyConnection.class);
    private static final ClassLoader LOADER = FaultyConnection.class.getClassLoader();

    private final Connection raw;
    private final FaultyDatabase database;
    private final Connection proxy;
    private volatile boolean cut;
    private volatile boolean touched; // by a statement since the last commit
    private volatile boolean failed; // PostgreSQL does nothing more in such a transaction

    FaultyConnection(Connection raw, FaultyDatabase database) {
        this.raw = raw;
        this.database = database;
        this.proxy = proxy(Connection.class, this::onConnection);
    }

    Connection proxy() {
        return proxy;
    }

    /** What was not committed is rolled back, and the connection is of no use any more. */
    void cut() {
        if (cut) {
            return;
        }
        cut = true;
        database.closed(this);
        try (Connection ends = raw) {
            if (!ends.isClosed() && !ends.getAutoCommit()) {
                ends.rollback();
            }
        } catch (SQLException e) {
            log.debug("A connection that was to be cut has failed by itself", e);
        }
    }

    private @Nullable Object onConnection(Object self, Method method, @Nullable Object @Nullable [] args)
            throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return onObject(self, name, args);
        }
        switch (name) {
            case "close" -> {
                database.closed(this);
                return cut ? null : call(raw, method, args);
            }
            case "isClosed" -> {
                return cut || raw.isClosed();
            }
            case "isValid" -> {
                return !cut && Boolean.TRUE.equals(call(raw, method, args));
            }
            default -> checkNotCut();
        }
        if (touched && (name.equals("commit") || (name.equals("setAutoCommit") && commits(first(args))))) {
            return commit(() -> call(raw, method, args));
        }
        if (name.equals("rollback") && args == null) {
            touched = false;
            failed = false;
        }
        Object result = call(raw, method, args);
        if (result instanceof Statement statement) {
            return faulty(statement, args != null && args[0] instanceof String sql ? sql : "");
        }
        return result;
    }

    /** Whether that mode, as it is set now, ends a transaction. */
    private boolean commits(@Nullable Object autoCommit) throws SQLException {
        return Boolean.TRUE.equals(autoCommit) && !raw.getAutoCommit();
    }

    private Object onObject(Object self, String name, @Nullable Object @Nullable [] args) {
        return switch (name) {
            case "equals" -> self == first(args);
            case "hashCode" -> System.identityHashCode(self);
            default -> raw.toString();
        };
    }

    private static @Nullable Object first(@Nullable Object @Nullable [] args) {
        return args == null ? null : args[0];
    }

    private Statement faulty(Statement raw, String prepared) {
        String[] sql = {prepared};
        InvocationHandler handler = (self, method, args) -> {
            String name = method.getName();
            if (name.equals("getConnection")) {
                return proxy;
            }
            if (name.equals("equals")) {
                return self == first(args);
            }
            if (name.equals("close") && cut) {
                return null;
            }
            if (first(args) instanceof String text && (name.startsWith("execute") || name.equals("addBatch"))) {
                sql[0] = text;
            }
            return name.startsWith("execute")
                    ? statement(Point.statement(sql[0]), () -> call(raw, method, args))
                    : call(raw, method, args);
        };
        if (raw instanceof CallableStatement) {
            return proxy(CallableStatement.class, handler);
        }
        return raw instanceof PreparedStatement
                ? proxy(PreparedStatement.class, handler)
                : proxy(Statement.class, handler);
    }

    private @Nullable Object statement(Point point, Step step) throws Throwable {
        checkNotCut();
        if (failed) {
            throw new SQLException("The transaction has failed before; it must be rolled back", "25P02");
        }
        strike(point);
        touched = true;
        return raw.getAutoCommit() && !point.reads() ? commit(step) : run(step);
    }

    private @Nullable Object commit(Step step) throws Throwable {
        if (failed) {
            failed = false;
            raw.rollback();
            throw new SQLException("The transaction has failed before, so it was rolled back", "25P02");
        }
        Optional<Harm> harm = strike(Point.COMMIT);
        Object result = run(step);
        touched = false;
        if (harm.isPresent()) { // the commit has succeeded, unseen
            cut();
            throw connectionLost();
        }
        return result;
    }

    private @Nullable Object run(Step step) throws Throwable {
        Watch watch = database.watch();
        try {
            return step.run();
        } finally {
            watch.passed();
        }
    }

    /** Lets the fault happen, if it happens here; one that happens after a commit is left to the caller. */
    private Optional<Harm> strike(Point point) throws SQLException {
        Optional<Harm> harm = database.watch().reached(point);
        checkNotCut(); // while it stood at a gate
        if (harm.isEmpty() || harm.get() == Harm.COMMIT_UNSEEN) {
            return harm;
        }
        if (harm.get() == Harm.CRASH) {
            database.crash();
            throw new ConsumerCrash();
        }
        if (harm.get() == Harm.STATEMENT_FAILS) {
            if (!raw.getAutoCommit()) {
                raw.rollback();
                failed = raw.getMetaData().getDatabaseProductName().equals("PostgreSQL");
            }
            throw new SQLTransactionRollbackException("A conflict (played by IdempotencyProof)", "40001");
        }
        cut();
        throw connectionLost();
    }

    private void checkNotCut() throws SQLException {
        if (cut) {
            database.checkAlive();
            throw connectionLost();
        }
    }

    private static SQLException connectionLost() {
        return new SQLNonTransientConnectionException("The connection is lost (played by IdempotencyProof)", "08006");
    }

    /** Something that the database does. */
    @FunctionalInterface
    private interface Step {
        @Nullable
        Object run() throws Throwable;
    }

    private static @Nullable Object call(Object target, Method method, @Nullable Object @Nullable [] args)
            throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException wrapped) {
            throw wrapped.getCause() == null ? wrapped : wrapped.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(LOADER, new Class<?>[] {type}, handler));
    }
}
