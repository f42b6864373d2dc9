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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A branch at work in PostgreSQL. Its connection is free again as soon as the branch is prepared. */
final class PostgresWork implements BranchWork {
    private static final Logger log = LoggerFactory.getLogger(PostgresWork.class);

    private final Database database;
    private final Session session;
    private final Identity identity;
    private final Guard guard;

    /**
     * Who is at work.
     *
     * @param branch the branch
     * @param preparedName what it will be called when it is prepared
     * @param backend the server's process
     */
    record Identity(BranchId branch, String preparedName, int backend) {}

    PostgresWork(Database database, Session session, Identity identity) {
        this.database = database;
        this.session = session;
        this.identity = identity;
        this.guard = new Guard(session.connection(), "branch " + identity.branch(), SqlWords.STANDARD);
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
            if (wroteNothing()) {
                session.connection().commit();
                return Prepared.READ_ONLY;
            }
            insertAnd(PostgresSql.prepare(identity.preparedName()));
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
            insertAnd(PostgresSql.COMMIT_ONE_PHASE);
        } catch (SQLException failure) {
            throw failed("commit", "Whether it committed is not known here; its branch row tells.", failure);
        } finally {
            end();
        }
    }

    /** Sure for a connection that was never used; asked of the server if no statement has reported changed rows. */
    private boolean wroteNothing() throws SQLException {
        if (!guard.touched()) {
            return true;
        }
        if (guard.wrote()) {
            return false;
        }
        try (PreparedStatement ask = session.connection().prepareStatement(PostgresSql.WROTE_NOTHING)) {
            ask.setString(1, identity.branch().toString());
            try (ResultSet rows = ask.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private void insertAnd(String statement) throws SQLException {
        BranchId branch = identity.branch();
        long deadline = branch.gid().deadline().toEpochMilli();
        try (PreparedStatement insert = session.connection().prepareStatement(statement)) {
            insert.setString(1, branch.gid().toString());
            insert.setInt(2, branch.number());
            insert.setLong(3, deadline);
            insert.setLong(4, deadline);
            insert.setString(5, branch.toString());
            insert.execute();
        }
    }

    /** Sorts a failure into a definite no and "unknown". */
    private RuntimeException failed(String what, String then, SQLException failure) {
        if (Failures.reason(failure, database.dialect().errors()) == Reason.UNAVAILABLE) {
            session.spoil();
            return database.failure(new Task(what + " branch " + identity.branch(), then), failure);
        }
        session.rollback();
        return switch (ErrorTable.state(failure)) {
            case PostgresErrors.GUARD_DEADLINE ->
                late()
                        ? refused(
                                Reason.TIMED_OUT,
                                "the deadline " + identity.branch().gid().deadline()
                                        + " has passed by the database's clock",
                                failure)
                        : refused(Reason.ERROR, "could not " + what + ": " + Failures.brief(failure), failure);
            case PostgresErrors.GUARD_TRANSACTION ->
                refused(
                        Reason.MISUSE,
                        "the handler ended the branch's transaction with a statement: what it did before that may have"
                                + " committed by itself. Remove that statement",
                        failure);
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
            ask.setLong(1, identity.branch().gid().deadline().toEpochMilli());
            try (ResultSet rows = ask.executeQuery()) {
                return !rows.next() || rows.getBoolean(1);
            }
        } catch (SQLException unknown) {
            log.debug("branch={} the clock could not be read: {}", identity.branch(), unknown.toString());
            session.spoil();
            return true;
        }
    }

    private static BranchFailedException refused(Reason reason, String message, SQLException cause) {
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
            terminate.setInt(1, identity.backend());
            terminate.execute();
        } catch (SQLException failure) {
            log.warn(
                    "code=TROTH-0401 branch={} backend={} the branch was abandoned, but its server process could not be ended:"
                            + " it may hold locks until its statement returns ({})",
                    identity.branch(),
                    identity.backend(),
                    Failures.brief(failure));
        }
    }
}
