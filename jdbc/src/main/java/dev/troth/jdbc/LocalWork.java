package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The local work of one transaction and its decision, on one connection that is borrowed when it is first needed. */
final class LocalWork implements DecisionLog.LocalTransaction {
    private static final Task BORROW =
            new Task("borrow a connection for local work", "Nothing was done; the transaction rolls back.");
    private static final Task RECORD = new Task(
            "add the decision to the local transaction",
            "Nothing was decided; the local transaction is to be rolled back.");
    private static final Task COMMIT = new Task(
            "see the end of the local commit",
            "Whether it committed is not known here; the decision row tells, and is asked by itself.");

    /** What a server says when it has rolled back instead: a deferred constraint, a conflict, a failed statement before. */
    private static final Set<Reason> DEFINITE = EnumSet.of(Reason.CONSTRAINT, Reason.CONFLICT, Reason.MISUSE);

    private final Database database;
    private final DecisionTable table;
    private @Nullable Session session;
    private @Nullable Guard guard;
    private boolean ended;

    LocalWork(Database database, DecisionTable table) {
        this.database = database;
        this.table = table;
    }

    @Override
    public Connection connection() {
        Session borrowed = borrow();
        Guard lent = guard;
        if (lent == null) {
            lent = new Guard(
                    borrowed.connection(), "the local work", database.dialect().endingWords(), this::undoesMore);
            guard = lent;
        }
        return lent.connection();
    }

    @Override
    public boolean used() {
        return guard != null;
    }

    private Session borrow() {
        if (ended) {
            throw new IllegalStateException("The local transaction has ended. Start another one.");
        }
        Session borrowed = session;
        if (borrowed == null) {
            try {
                borrowed = Session.transaction(database.source());
            } catch (SQLException failure) {
                throw database.failure(BORROW, failure);
            }
            session = borrowed;
        }
        return borrowed;
    }

    @Override
    public Recorded record(CommitRecord commit) {
        Session borrowed = borrow();
        Optional<SQLException> lost = lost();
        if (lost.isPresent()) {
            throw notRecorded(lost.get());
        }
        try {
            return table.record(borrowed.connection(), commit);
        } catch (SQLException failure) {
            spoilIfLost(borrowed, failure);
            throw notRecorded(failure);
        }
    }

    /** Nothing was decided; whether it may help to try again depends on the reason. */
    private BranchFailedException notRecorded(SQLException failure) {
        return Failures.refused(
                Failures.reason(failure, database.dialect().errors()),
                String.valueOf(database.failure(RECORD, failure).getMessage()),
                failure);
    }

    private Optional<SQLException> lost() {
        return Optional.ofNullable(guard).flatMap(Guard::undoing);
    }

    /**
     * A constraint that the work has caught and dealt with is its own business (PostgreSQL refuses to go on by itself). After a
     * deadlock, a lock time-out or a forbidden call the database may have undone work that the caller believes in.
     */
    private boolean undoesMore(SQLException failure) {
        Reason reason = Failures.reason(failure, database.dialect().errors());
        return reason == Reason.CONFLICT || reason == Reason.UNAVAILABLE || reason == Reason.MISUSE;
    }

    @Override
    public void commit() {
        Session borrowed = session;
        if (borrowed == null || ended) {
            end();
            return;
        }
        try {
            checkNothingLost(borrowed);
            borrowed.connection().commit();
        } catch (SQLException failure) {
            spoilIfLost(borrowed, failure);
            Reason reason = Failures.reason(failure, database.dialect().errors());
            if (DEFINITE.contains(reason)) {
                throw Failures.refused(
                        reason, "the database refused the local commit: " + Failures.brief(failure), failure);
            }
            throw database.failure(COMMIT, failure);
        } finally {
            end();
        }
    }

    /** The decision must not commit without work that the database has undone, so then all of it is rolled back. */
    private void checkNothingLost(Session borrowed) {
        Optional<SQLException> lost = lost();
        if (lost.isPresent()) {
            SQLException failure = lost.get();
            spoilIfLost(borrowed, failure);
            borrowed.rollback();
            throw Failures.refused(
                    Failures.reason(failure, database.dialect().errors()),
                    "a statement of the local work failed and the work went on: " + Failures.brief(failure)
                            + ". All of it was rolled back. Let the exception pass",
                    failure);
        }
    }

    private void spoilIfLost(Session borrowed, SQLException failure) {
        if (database.dialect().errors().connectionLost(failure)) {
            borrowed.spoil();
        }
    }

    @Override
    public void rollback() {
        end();
    }

    @Override
    public void close() {
        end();
    }

    /** Gives the connection back; the session rolls back what was not committed. */
    private void end() {
        ended = true;
        if (guard != null) {
            guard.end();
        }
        if (session != null) {
            session.close();
        }
    }

    @Override
    public String toString() {
        return "local work in " + database.label();
    }

    /** What is thrown when a log is used that was not opened. */
    static StoreException notOpen() {
        return new StoreException(
                "The decision log is not open. Nothing was done. Call open() once before using it.", null);
    }
}
