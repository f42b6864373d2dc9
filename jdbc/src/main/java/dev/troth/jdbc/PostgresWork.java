package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.BranchStore.Prepared;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A branch at work in PostgreSQL. Its connection is free again as soon as the branch is prepared. */
final class PostgresWork implements BranchWork {
    private static final Logger log = LoggerFactory.getLogger(PostgresWork.class);

    private final Database database;
    private final Session session;
    private final BranchId branch;
    private final String preparedName;
    private final Mark mark;
    private final Guard guard;

    /**
     * By what the branch's own transaction is known.
     *
     * @param backend the server's process
     * @param end when its deadline has passed, by {@link System#nanoTime()}, a moment early
     * @param transaction the number of the transaction
     * @param command the number of the command that wrote the branch's row
     */
    record Mark(int backend, long end, long transaction, long command) {}

    /** What was lent to the handler, and what the branch will be called when it is prepared. */
    PostgresWork(Database database, Session session, BranchId branch, String preparedName, Mark mark) {
        this.database = database;
        this.session = session;
        this.branch = branch;
        this.preparedName = preparedName;
        this.mark = mark;
        this.guard = new Guard(session.connection(), this, SqlWords.STANDARD);
    }

    @Override
    public String toString() {
        return "branch " + branch;
    }

    @Override
    public Connection connection() {
        return guard.connection();
    }

    @Override
    public Prepared prepare() {
        try {
            guard.end();
            guard.refuseAfterFailure();
            if (!guard.touched()) {
                session.rollback();
                return Prepared.READ_ONLY;
            }
            if (!guard.wrote() && wroteNothing()) {
                forget();
                return Prepared.READ_ONLY;
            }
            refuseAfterDeadline();
            try (Statement prepare = session.connection().createStatement()) { // its text is never seen again
                prepare.execute(
                        guard.doubtful()
                                ? PostgresSql.prepare(preparedName, mark.transaction)
                                : PostgresSql.prepare(preparedName));
            }
            return Prepared.PREPARED;
        } catch (SQLException failure) {
            throw failed("prepare", "Whether it is prepared is not known; it asks and obeys by itself.", failure);
        } finally {
            end();
        }
    }

    @Override
    public void commitOnePhase() {
        try {
            guard.end();
            guard.refuseAfterFailure();
            try (PreparedStatement commit = session.connection().prepareStatement(PostgresSql.COMMIT_ONE_PHASE)) {
                commit.setLong(1, branch.gid().deadline().toEpochMilli());
                commit.setString(2, Long.toString(mark.transaction));
                commit.execute();
            }
        } catch (SQLException failure) {
            throw failed("commit", "Whether it committed is not known here; its branch row tells.", failure);
        } finally {
            end();
        }
    }

    /** Nobody waits for this vote any more. No rule needs it: a branch that is prepared later asks, and is told to roll back. */
    private void refuseAfterDeadline() {
        if (System.nanoTime() - mark.end >= 0) {
            session.rollback();
            throw refused(Reason.TIMED_OUT, passed(), null);
        }
    }

    private String passed() {
        return "the deadline " + branch.gid().deadline() + " has passed by the database's clock";
    }

    /** Asked of the server if no statement has reported changed rows. */
    private boolean wroteNothing() throws SQLException {
        try (PreparedStatement ask = session.connection().prepareStatement(PostgresSql.COMMAND)) {
            bind(ask);
            try (ResultSet rows = ask.executeQuery()) {
                if (!rows.next()) {
                    session.rollback();
                    takeBack();
                    throw ended(null);
                }
                return rows.getLong(1) == mark.command + 1;
            }
        }
    }

    private void forget() throws SQLException {
        try (PreparedStatement forget = session.connection().prepareStatement(PostgresSql.FORGET)) {
            bind(forget);
            forget.execute();
        }
    }

    private void bind(PreparedStatement statement) throws SQLException {
        statement.setString(1, branch.gid().toString());
        statement.setInt(2, branch.number());
    }

    /** Somebody has committed the branch's row with a statement; it must not say that the branch, which votes no, has committed. */
    private void takeBack() {
        try (PreparedStatement delete = session.connection().prepareStatement(PostgresSql.TAKE_BACK)) {
            bind(delete);
            delete.setString(3, Long.toString(mark.transaction));
            delete.executeUpdate();
            session.connection().commit();
        } catch (SQLException failure) {
            log.warn(
                    "code=TROTH-0405 branch={} it votes no, but its row, which the handler has committed, could not be deleted ({})",
                    branch,
                    Failures.brief(failure));
            session.spoil();
        }
    }

    private static BranchFailedException ended(@Nullable SQLException failure) {
        return refused(
                Reason.MISUSE,
                "the handler ended the branch's transaction with a statement: what it did before that may have"
                        + " committed by itself. Remove that statement",
                failure);
    }

    /** Sorts a failure into a definite no and "unknown". */
    private RuntimeException failed(String what, String then, SQLException failure) {
        if (Failures.reason(failure, database.dialect().errors()) == Reason.UNAVAILABLE) {
            session.spoil();
            return database.failure(new Task(what + " branch " + branch, then), failure);
        }
        session.rollback();
        return switch (ErrorTable.state(failure)) {
            case PostgresErrors.GUARD_DEADLINE ->
                late()
                        ? refused(Reason.TIMED_OUT, passed(), failure)
                        : refused(Reason.ERROR, "could not " + what + ": " + Failures.brief(failure), failure);
            case PostgresErrors.GUARD_TRANSACTION -> {
                takeBack();
                yield ended(failure);
            }
            case PostgresErrors.NOT_PREPARABLE ->
                refused(
                        Reason.MISUSE,
                        "PostgreSQL cannot prepare this transaction: " + Failures.brief(failure),
                        failure);
            case PostgresErrors.FAILED_TRANSACTION ->
                refused(Reason.MISUSE, "a statement failed and the handler went on", failure);
            default ->
                refused(
                        Failures.reason(failure, database.dialect().errors()),
                        "could not " + what + ": " + Failures.brief(failure),
                        failure);
        };
    }

    /** A deferred trigger may divide by zero too, so the guard's word is checked. If it cannot be, it was the guard. */
    private boolean late() {
        try (PreparedStatement ask = session.connection().prepareStatement(PostgresSql.LATE)) {
            ask.setLong(1, branch.gid().deadline().toEpochMilli());
            try (ResultSet rows = ask.executeQuery()) {
                return !rows.next() || rows.getBoolean(1);
            }
        } catch (SQLException unknown) {
            log.debug("branch={} the clock could not be read: {}", branch, unknown.toString());
            session.spoil();
            return true;
        }
    }

    private static BranchFailedException refused(Reason reason, String message, @Nullable SQLException cause) {
        return Failures.refused(reason, message, cause);
    }

    @Override
    public void rollback() {
        end();
    }

    private void end() {
        guard.end();
        session.close();
    }

    /**
     * The server does not notice a closed connection while it executes a statement, so its process is ended too: but only if it
     * was this call that gave the connection back, torn down. Otherwise somebody else may work on it already.
     */
    @Override
    public void abandon() {
        guard.end();
        session.spoil();
        if (session.closeOnce()) {
            terminate();
        }
    }

    private void terminate() {
        try (Session other = Session.autoCommit(database.source());
                PreparedStatement terminate = other.connection().prepareStatement(PostgresSql.TERMINATE)) {
            terminate.setInt(1, mark.backend);
            terminate.execute();
        } catch (SQLException failure) {
            log.warn(
                    "code=TROTH-0401 branch={} backend={} the branch was abandoned, but its server process could not be ended:"
                            + " it may hold locks until its statement returns ({})",
                    branch,
                    mark.backend,
                    Failures.brief(failure));
        }
    }
}
