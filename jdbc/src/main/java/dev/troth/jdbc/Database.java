package dev.troth.jdbc;

import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;

/** One database: where its connections come from, how it is called, and what its failures mean. */
final class Database {
    /** How long a statement may wait for another session's decision, in seconds. */
    static final int WAIT_SECONDS = 30;

    private final DataSource source;
    private final Dialect dialect;
    private final String label;

    private Database(DataSource source, Dialect dialect, String label) {
        this.source = source;
        this.dialect = dialect;
        this.label = label;
    }

    /** Connects once, to see what it is. */
    static Database connect(DataSource source) {
        try (Session session = Session.autoCommit(source)) {
            Connection connection = session.connection();
            Dialect dialect = Dialect.of(connection);
            return new Database(source, dialect, label(connection.getMetaData().getURL()));
        } catch (SQLException failure) {
            throw new StoreException(
                    "Could not connect to the database (" + Failures.brief(failure)
                            + "). Nothing was done. Check that it runs, and the address, user, password and size of the"
                            + " connection pool.",
                    failure);
        }
    }

    /** The address without what follows it, where passwords may stand. */
    private static String label(String url) {
        int end = url.length();
        for (char mark : new char[] {'?', ';'}) {
            int at = url.indexOf(mark);
            end = at >= 0 && at < end ? at : end;
        }
        int user = url.lastIndexOf('@', end - 1);
        int slashes = url.indexOf("//");
        String address = url.substring(0, end);
        return user > slashes && slashes >= 0 ? url.substring(0, slashes + 2) + url.substring(user + 1, end) : address;
    }

    DataSource source() {
        return source;
    }

    Dialect dialect() {
        return dialect;
    }

    String label() {
        return label;
    }

    boolean isMySql() {
        return label.toLowerCase(Locale.ROOT).startsWith("jdbc:mysql");
    }

    /** Runs statements that commit one by one. */
    <T> T each(Task task, SqlWork<T> work) {
        try (Session session = Session.autoCommit(source)) {
            return run(session, work);
        } catch (SQLException failure) {
            throw failure(task, failure);
        }
    }

    /** Runs statements that commit together. */
    <T> T together(Task task, SqlWork<T> work) {
        try (Session session = Session.transaction(source)) {
            return run(session, connection -> {
                T result = work.run(connection);
                connection.commit();
                return result;
            });
        } catch (SQLException failure) {
            throw failure(task, failure);
        }
    }

    /** The same for what need not outlive a crash at once: it waits for no disk, and finds its rows by an index, where that can be said. */
    <T> T background(Task task, SqlWork<T> work) {
        return together(task, connection -> {
            if (dialect.isPostgres()) {
                try (Statement settings = connection.createStatement()) {
                    settings.execute(PostgresSql.IN_BACKGROUND);
                }
            }
            return work.run(connection);
        });
    }

    private <T> T run(Session session, SqlWork<T> work) throws SQLException {
        try {
            return work.run(session.connection());
        } catch (SQLException failure) {
            if (dialect.errors().connectionLost(failure)) {
                session.spoil();
            }
            throw failure;
        }
    }

    /** What is thrown when the database has failed at something. */
    StoreException failure(Task task, SQLException failure) {
        return Failures.store(task, label, dialect.errors(), failure);
    }

    /**
     * Something that the database is asked to do. It becomes a text only if it fails.
     *
     * @param verb what it is, after "Could not …"
     * @param of what follows the verb
     * @param then what state a failure leaves and what happens by itself
     */
    record Task(String verb, Object of, String then) {
        Task(String what, String then) {
            this(what, "", then);
        }

        String what() {
            return verb + of;
        }
    }

    /** Statements on one connection. */
    @FunctionalInterface
    interface SqlWork<T> {
        T run(Connection connection) throws SQLException;
    }
}
