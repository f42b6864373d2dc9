package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A transaction on one connection, borrowed when it is first needed and lent to somebody who may work in it and not end it. */
final class LentTransaction implements AutoCloseable {
    /** What a server says when it has rolled back instead: a deferred constraint, a conflict, a failed statement before. */
    private static final Set<Reason> DEFINITE = EnumSet.of(Reason.CONSTRAINT, Reason.CONFLICT, Reason.MISUSE);

    private final Database database;
    private final String borrower;
    private @Nullable Session session;
    private @Nullable Guard guard;
    private boolean ended;

    /** For the named borrower; the name appears in errors. */
    LentTransaction(Database database, String borrower) {
        this.database = database;
        this.borrower = borrower;
    }

    /** What the borrower gets. */
    Connection connection() {
        Connection raw = raw();
        Guard lent = guard;
        if (lent == null) {
            lent = new Guard(raw, borrower, database.dialect().words(), this::undoesMore);
            guard = lent;
        }
        return lent.connection();
    }

    /** Whether {@link #connection()} was ever asked for. */
    boolean used() {
        return guard != null;
    }

    /** Our own statements go here. */
    Connection raw() {
        if (ended) {
            throw new IllegalStateException("The transaction of " + borrower + " has ended. Start another one.");
        }
        Session borrowed = session;
        if (borrowed == null) {
            try {
                borrowed = Session.transaction(database.source());
            } catch (SQLException failure) {
                throw database.failure(
                        new Task("borrow a connection for " + borrower, "Nothing was done; it rolls back."), failure);
            }
            session = borrowed;
        }
        return borrowed.connection();
    }

    /** The failure after which the database has, or may have, undone work that the borrower believes in. */
    Optional<SQLException> lost() {
        Guard lent = guard;
        if (lent == null) {
            return Optional.empty();
        }
        return lent.undoing().or(() -> lent.mayHaveFailed() ? rolledBackByPostgres(lent) : Optional.empty());
    }

    /**
     * After a failed statement PostgreSQL makes a rollback of the COMMIT, and its driver tells nobody. A statement in between tells, or
     * works, when the borrower has gone back to a savepoint.
     */
    private Optional<SQLException> rolledBackByPostgres(Guard lent) {
        if (!database.dialect().isPostgres()) {
            return Optional.empty();
        }
        try (Statement probe = raw().createStatement()) {
            probe.execute("SELECT 1");
            return Optional.empty();
        } catch (SQLException failure) {
            return Optional.of(lent.failure().orElse(failure));
        }
    }

    /**
     * A constraint that the work has caught and dealt with is its own business (PostgreSQL refuses to go on by itself). After a
     * deadlock, a lock time-out or a forbidden call the database may have undone work that the caller believes in.
     */
    private boolean undoesMore(SQLException failure) {
        Reason reason = reason(failure);
        return reason == Reason.CONFLICT || reason == Reason.UNAVAILABLE || reason == Reason.MISUSE;
    }

    /** Commits what was done, if anything was, and gives the connection back. */
    void commit(Task task) {
        Session borrowed = session;
        if (borrowed == null || ended) {
            close();
            return;
        }
        try {
            checkNothingLost(borrowed);
            borrowed.connection().commit();
        } catch (SQLException failure) {
            throw commitFailed(task, failure);
        } finally {
            close();
        }
    }

    /** What a failure of a commit says: a refusal if the database certainly rolled back, else that it is not known. */
    RuntimeException commitFailed(Task task, SQLException failure) {
        spoilIfLost(failure);
        if (DEFINITE.contains(reason(failure))) {
            return refused("the database refused the local commit: " + Failures.brief(failure), failure);
        }
        return database.failure(task, failure);
    }

    /** Whether the database has answered the borrower so lately that it will hardly be gone by now. */
    boolean answeredWithin(Duration limit) {
        Guard lent = guard;
        return lent != null && lent.answeredWithin(limit);
    }

    /** Nothing must commit beside work that the database has undone, so then all of it is rolled back. */
    private void checkNothingLost(Session borrowed) {
        Optional<SQLException> lost = lost();
        if (lost.isPresent()) {
            SQLException failure = lost.get();
            spoilIfLost(failure);
            borrowed.rollback();
            throw refused(
                    "a statement of " + borrower + " failed and the work went on: " + Failures.brief(failure)
                            + ". All of it was rolled back. Let the exception pass",
                    failure);
        }
    }

    /** The connection is not handed out again if the failure says that it is lost. */
    void spoilIfLost(SQLException failure) {
        if (session != null && database.dialect().errors().connectionLost(failure)) {
            session.spoil();
        }
    }

    /** The transaction certainly comes to nothing; whether it may help to try again depends on the reason. */
    BranchFailedException refused(String message, SQLException failure) {
        return Failures.refused(reason(failure), message, failure);
    }

    /** What happened when one of our own statements failed before the commit. */
    BranchFailedException refused(Task task, SQLException failure) {
        StoreException told = database.failure(task, failure);
        return refused(String.valueOf(told.getMessage()), failure);
    }

    private Reason reason(SQLException failure) {
        return Failures.reason(failure, database.dialect().errors());
    }

    /** Gives the connection back; the session rolls back what was not committed. Does nothing the second time. */
    @Override
    public void close() {
        ended = true;
        if (guard != null) {
            guard.end();
        }
        if (session != null) {
            session.close();
        }
    }
}
