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
import java.time.Duration;
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
 * <p>{@code unwrap} hands out the driver's own connection, as do large objects, arrays and the like in their ways; what is done there is not
 * seen here, so it leaves a doubt ({@link #doubtful()}), and PostgreSQL is asked before its transaction is prepared; on MariaDB a lock
 * time-out that is swallowed there goes unnoticed.
 */
final class Guard {
    private static final ClassLoader LOADER = Guard.class.getClassLoader();
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();

    private final Connection raw;
    private final Object owner;
    private final SqlWords endingWords;
    private final Predicate<SQLException> undoesMore;
    private final Connection connection;
    private volatile @Nullable SQLException failure;
    private volatile @Nullable SQLException undoing;
    private volatile boolean touched;
    private volatile boolean doubtful;
    private volatile boolean wrote;
    private volatile boolean answered;
    private volatile long answeredAt; // by nanoTime, once answered
    private volatile boolean ended;

    /** Guards a connection for an owner (its text appears in errors) against statements with the given first words. */
    Guard(Connection raw, Object owner, SqlWords endingWords) {
        this(raw, owner, endingWords, failure -> true);
    }

    /** As above, and says which failures may have undone more than the statement that failed. */
    Guard(Connection raw, Object owner, SqlWords endingWords, Predicate<SQLException> undoesMore) {
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
        return failure != null || doubtful;
    }

    /**
     * Whether something may have happened that cannot be seen from here: in an object that is not guarded, in a call that failed and was no
     * statement, in a statement that is not a plain one. The transaction may have failed or ended; the database knows.
     */
    boolean doubtful() {
        return doubtful;
    }

    /** Whether anything was executed, as far as can be seen from here. */
    boolean touched() {
        return touched;
    }

    /** Whether a statement has reported that it changed rows; false does not mean that none did. */
    boolean wrote() {
        return wrote;
    }

    /** Whether the database has answered a statement, as far as can be seen from here, and not longer ago than that. */
    boolean answeredWithin(Duration limit) {
        return answered && System.nanoTime() - answeredAt < limit.toNanos();
    }

    /** From now on every use of the connection is an error: it may belong to somebody else already. */
    void end() {
        ended = true;
    }

    private @Nullable Object onConnection(Object self, Method method, Object @Nullable [] args) throws Throwable {
        JdbcCall role = JdbcCall.of(method);
        switch (role) {
            case EQUALS -> {
                return args != null && self == args[0];
            }
            case HASH_CODE -> {
                return System.identityHashCode(self);
            }
            case TO_STRING -> {
                return "connection of " + owner;
            }
            case IS_CLOSED -> {
                return ended || raw.isClosed();
            }
            case GET_AUTO_COMMIT -> {
                return false;
            }
            default -> checkOpen();
        }
        if (forbidden(role, args)) {
            throw refuse(method.getName() + "() is not allowed on the connection of " + owner);
        }
        if (role == JdbcCall.SET_AUTO_COMMIT || role == JdbcCall.SET_ISOLATION) {
            return null;
        }
        boolean prepares = role == JdbcCall.PREPARES;
        if (prepares && args != null && args[0] instanceof String sql) {
            checkWords(sql);
        }
        return guarded(call(raw, method, args, prepares));
    }

    private boolean forbidden(JdbcCall role, Object @Nullable [] args) throws SQLException {
        return switch (role) {
            case ENDS, CLOSE -> true;
            case SET_AUTO_COMMIT -> args != null && Boolean.TRUE.equals(args[0]);
            case SET_ISOLATION -> args != null && !args[0].equals(raw.getTransactionIsolation());
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
                    (self, method, args) -> JdbcCall.of(method) == JdbcCall.GET_CONNECTION
                            ? connection
                            : watched(call(metaData, method, args, false)));
        }
        return watched(value);
    }

    private @Nullable Object onStatement(Object self, Statement target, Method method, Object @Nullable [] args)
            throws Throwable {
        JdbcCall role = JdbcCall.of(method);
        if (role == JdbcCall.GET_CONNECTION) {
            return connection;
        }
        if (role == JdbcCall.EQUALS) {
            return args != null && self == args[0];
        }
        if (role != JdbcCall.CLOSE) {
            checkOpen();
        }
        boolean executes = role == JdbcCall.EXECUTES;
        if (executes) {
            touched = true;
        }
        if (args != null && (executes || role == JdbcCall.ADDS_BATCH) && args[0] instanceof String sql) {
            checkWords(sql);
        }
        Object result = call(target, method, args, executes || role == JdbcCall.REACHES);
        if (executes) {
            notice(result);
            answeredAt = System.nanoTime();
            answered = true;
        }
        return result instanceof ResultSet rows ? guardedRows((Statement) self, rows) : watched(result);
    }

    private ResultSet guardedRows(Statement statement, ResultSet rows) {
        return proxy(ResultSet.class, (self, method, args) -> {
            JdbcCall role = JdbcCall.of(method);
            if (role == JdbcCall.GET_STATEMENT) {
                return statement;
            }
            if (role == JdbcCall.EQUALS) {
                return args != null && self == args[0];
            }
            if (role != JdbcCall.CLOSE) {
                checkOpen();
            }
            return watched(call(rows, method, args, role == JdbcCall.REACHES));
        });
    }

    /** What is not the JDK's own may lead to the driver's connection: by unwrap, as a large object, as rows of a cursor in a column. */
    private @Nullable Object watched(@Nullable Object value) {
        if (value != null && !isOfJdk(value.getClass().getClassLoader())) {
            doubt();
        }
        return value;
    }

    private static boolean isOfJdk(@Nullable ClassLoader loader) {
        return loader == null || loader == PLATFORM;
    }

    private void doubt() {
        touched = true;
        doubtful = true;
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
            if (!(cause instanceof SQLFeatureNotSupportedException)) {
                if (statement && cause instanceof SQLException thrown) {
                    remember(thrown);
                } else {
                    doubt();
                }
            }
            throw cause;
        }
    }

    private void checkWords(String sql) throws SQLException {
        String words = endingWords.ending(sql);
        if (!words.isEmpty()) {
            throw refuse(words + " would end the transaction of " + owner);
        }
        if (!endingWords.plain(sql)) {
            doubt();
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
