package dev.troth.jdbc;

import dev.troth.protocol.Refusal.Reason;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A connection lent to code that may work on it but not end its transaction, and that remembers what went wrong on it.
 *
 * <p>Committing, rolling back, closing and the like are errors that say what to do instead; savepoints are allowed. The first
 * failure of a statement is remembered even when its user swallows it (rule 11): PostgreSQL turns PREPARE of a failed
 * transaction into a silent rollback, MariaDB's lock time-out undoes one statement and leaves the rest.
 *
 * <p>{@code unwrap} hands out the driver's own connection; what is done there is not seen here. The database's own checks
 * at prepare still hold on PostgreSQL; on MariaDB a lock time-out that is swallowed there goes unnoticed.
 */
final class Guard {
    private static final ClassLoader LOADER = Guard.class.getClassLoader();

    private final Connection raw;
    private final String owner;
    private final SqlWords endingWords;
    private final Predicate<SQLException> undoesMore;
    private final Connection connection;
    private volatile @Nullable SQLException failure;
    private volatile @Nullable SQLException undoing;
    private volatile boolean touched;
    private volatile boolean unwrapped;
    private volatile boolean wrote;
    private volatile boolean ended;

    /** Guards a connection for the named owner (it appears in errors) against statements with the given first words. */
    Guard(Connection raw, String owner, SqlWords endingWords) {
        this(raw, owner, endingWords, failure -> true);
    }

    /** As above, and says which failures may have undone more than the statement that failed. */
    Guard(Connection raw, String owner, SqlWords endingWords, Predicate<SQLException> undoesMore) {
        this.raw = raw;
        this.undoesMore = undoesMore;
        this.owner = owner;
        this.endingWords = endingWords;
        this.connection = proxy(Connection.class, this::onConnection);
    }

    /** What the user of the connection gets. */
    Connection connection() {
        return connection;
    }

    /** The first statement that failed, or the first forbidden call, if there was one. */
    Optional<SQLException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Refuses what a handler did who went on after a statement had failed; the first such statement is the cause. */
    void refuseAfterFailure() {
        SQLException first = failure;
        if (first != null) {
            throw Failures.refused(
                    Reason.MISUSE,
                    "a statement failed and the handler went on: " + Failures.brief(first)
                            + ". Let the exception pass: a branch in which anything failed is rolled back",
                    first);
        }
    }

    /** The first failure that may have undone more than its own statement, even if a harmless one came before it. */
    Optional<SQLException> undoing() {
        return Optional.ofNullable(undoing);
    }

    /** Whether a statement has failed, or may have where that cannot be seen from here. */
    boolean mayHaveFailed() {
        return failure != null || unwrapped;
    }

    /** Whether anything was executed, as far as can be seen from here. */
    boolean touched() {
        return touched;
    }

    /** Whether a statement has reported that it changed rows; false does not mean that none did. */
    boolean wrote() {
        return wrote;
    }

    /** From now on every use of the connection is an error: it may belong to somebody else already. */
    void end() {
        ended = true;
    }

    private @Nullable Object onConnection(Object self, Method method, Object @Nullable [] args) throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return onObject(self, name, args);
        }
        if (name.equals("isClosed")) {
            return ended || raw.isClosed();
        }
        if (name.equals("getAutoCommit")) {
            return false;
        }
        checkOpen();
        if (forbidden(name, args)) {
            throw refuse(name + "() is not allowed on the connection of " + owner);
        }
        if (name.equals("setAutoCommit") || name.equals("setTransactionIsolation")) {
            return null;
        }
        if (name.equals("unwrap")) {
            touched = true;
            unwrapped = true;
        }
        if (args != null && name.startsWith("prepare") && args[0] instanceof String sql) {
            checkWords(sql);
        }
        return guarded(call(raw, method, args, name.startsWith("prepare")));
    }

    private Object onObject(Object self, String name, Object @Nullable [] args) {
        return switch (name) {
            case "equals" -> args != null && self == args[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> "connection of " + owner;
        };
    }

    private boolean forbidden(String name, Object @Nullable [] args) throws SQLException {
        return switch (name) {
            case "commit", "close", "abort" -> true;
            case "rollback" -> args == null;
            case "setAutoCommit" -> args != null && Boolean.TRUE.equals(args[0]);
            case "setTransactionIsolation" -> args != null && !args[0].equals(raw.getTransactionIsolation());
            default -> false;
        };
    }

    private @Nullable Object guarded(@Nullable Object value) {
        if (value instanceof Statement statement) {
            InvocationHandler handler = (self, method, args) -> onStatement(self, statement, method, args);
            if (value instanceof CallableStatement) {
                return proxy(CallableStatement.class, handler);
            }
            return value instanceof PreparedStatement
                    ? proxy(PreparedStatement.class, handler)
                    : proxy(Statement.class, handler);
        }
        if (value instanceof DatabaseMetaData metaData) {
            return proxy(
                    DatabaseMetaData.class,
                    (self, method, args) -> method.getName().equals("getConnection")
                            ? connection
                            : call(metaData, method, args, false));
        }
        return value;
    }

    private @Nullable Object onStatement(Object self, Statement target, Method method, Object @Nullable [] args)
            throws Throwable {
        String name = method.getName();
        if (name.equals("getConnection")) {
            return connection;
        }
        if (name.equals("equals")) {
            return args != null && self == args[0];
        }
        boolean executes = name.startsWith("execute");
        if (!name.equals("close")) {
            checkOpen();
        }
        unwrapped |= name.equals("unwrap");
        if (executes || unwrapped) {
            touched = true;
        }
        if (args != null && (executes || name.equals("addBatch")) && args[0] instanceof String sql) {
            checkWords(sql);
        }
        Object result = call(target, method, args, executes || name.startsWith("getMore"));
        if (executes) {
            notice(result);
        }
        return result instanceof ResultSet rows ? guardedRows((Statement) self, rows) : result;
    }

    private ResultSet guardedRows(Statement statement, ResultSet rows) {
        return proxy(ResultSet.class, (self, method, args) -> {
            String name = method.getName();
            if (name.equals("getStatement")) {
                return statement;
            }
            if (name.equals("equals")) {
                return args != null && self == args[0];
            }
            if (!name.equals("close")) {
                checkOpen();
            }
            return call(rows, method, args, reachesDatabase(name));
        });
    }

    /** Reading a column may fail for the reader's own reasons; moving and changing rows may be a statement that failed. */
    private static boolean reachesDatabase(String name) {
        return switch (name) {
            case "next", "previous", "first", "last", "absolute", "relative" -> true;
            case "insertRow", "updateRow", "deleteRow", "refreshRow" -> true;
            default -> false;
        };
    }

    private void notice(@Nullable Object result) {
        if ((result instanceof Number count && count.longValue() > 0)
                || (result instanceof int[] counts && counts.length > 0)
                || (result instanceof long[] large && large.length > 0)) {
            wrote = true;
        }
    }

    private @Nullable Object call(Object target, Method method, Object @Nullable [] args, boolean statement)
            throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException wrapped) {
            Throwable cause = wrapped.getCause() == null ? wrapped : wrapped.getCause();
            if (statement
                    && cause instanceof SQLException thrown
                    && !(cause instanceof SQLFeatureNotSupportedException)) {
                remember(thrown);
            }
            throw cause;
        }
    }

    private void checkWords(String sql) throws SQLException {
        String words = endingWords.ending(sql);
        if (!words.isEmpty()) {
            throw refuse(words + " would end the transaction of " + owner);
        }
    }

    private void checkOpen() throws SQLException {
        if (ended) {
            throw new MisuseException("The connection of " + owner
                    + " was used after its work had ended. Nothing was executed. Use it only inside the handler.");
        }
    }

    private SQLException refuse(String what) {
        MisuseException misuse =
                new MisuseException(what + ": Troth ends it, with all that belongs to it. Nothing was executed, and "
                        + owner + " will not commit. Remove the call; to undo the work, throw an exception.");
        remember(misuse);
        return misuse;
    }

    private void remember(SQLException thrown) {
        if (failure == null) {
            failure = thrown;
        }
        if (undoing == null && undoesMore.test(thrown)) {
            undoing = thrown;
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(LOADER, new Class<?>[] {type}, handler));
    }
}
