package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.BranchStore.Prepared;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A branch at work in MariaDB or MySQL. When it is prepared, its session stays with it. */
final class MariaDbWork implements BranchWork {
    private static final Logger log = LoggerFactory.getLogger(MariaDbWork.class);

    private final BranchRows rows;
    private final MariaDbSession session;
    private final Consumer<MariaDbSession> prepared;
    private final Guard guard;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * Creates it for a session whose branch is active.
     *
     * @param prepared takes the session of a branch that is prepared
     */
    MariaDbWork(BranchRows rows, MariaDbSession session, Consumer<MariaDbSession> prepared) {
        this.rows = rows;
        this.session = session;
        this.prepared = prepared;
        this.guard = new Guard(session.connection(), "branch " + session.branch(), SqlWords.MARIADB);
    }

    @Override
    public Connection connection() {
        return guard.connection();
    }

    @Override
    public Prepared prepare() {
        guard.end();
        if (!guard.touched() && guard.failure().isEmpty()) {
            rollback();
            return Prepared.READ_ONLY;
        }
        complete("prepare", "Whether it is prepared is not known; it asks and obeys by itself.", this::endAndPrepare);
        prepared.accept(session);
        return Prepared.PREPARED;
    }

    @Override
    public void commitOnePhase() {
        guard.end();
        complete("commit", "Whether it committed is not known here; its branch row tells.", () -> {
            session.execute(MariaDbSql.end(session.xid()));
            session.execute(MariaDbSql.commitOnePhase(session.xid()));
        });
        session.release();
    }

    private void endAndPrepare() throws SQLException {
        if (rows.database().isMySql()) {
            session.execute(MariaDbSql.end(session.xid()));
            session.execute(MariaDbSql.prepare(session.xid()));
        } else {
            session.execute(MariaDbSql.endAndPrepare(session.xid()));
        }
        session.prepared();
    }

    private void complete(String what, String then, Ending ending) {
        if (!ended.compareAndSet(false, true)) {
            throw Failures.refused(Reason.TIMED_OUT, "the work on the branch has ended already", null);
        }
        try {
            guard.refuseAfterFailure();
            writeRow();
            ending.run();
        } catch (SQLException failure) {
            throw failed(what, then, failure);
        } catch (RuntimeException | Error refused) {
            session.rollbackAndRelease();
            throw refused;
        }
    }

    /** The row belongs to the branch only if the branch is still active, so that is looked at in the same statement. */
    private void writeRow() throws SQLException {
        BranchId branch = session.branch();
        if (rows.table().applied(session.connection(), branch)) {
            return;
        }
        boolean late =
                !rows.table().now(session.connection()).isBefore(branch.gid().deadline());
        throw Failures.refused(
                late ? Reason.TIMED_OUT : Reason.MISUSE,
                late
                        ? "the deadline " + branch.gid().deadline() + " has passed by the database's clock"
                        : "the handler ended the branch's transaction with a statement: what it did before that may have"
                                + " committed by itself. Remove that statement",
                null);
    }

    /** Sorts a failure into a definite no and "unknown". */
    private RuntimeException failed(String what, String then, SQLException failure) {
        Reason reason = Failures.reason(failure, rows.database().dialect().errors());
        if (reason == Reason.UNAVAILABLE) {
            session.discard();
            return rows.database().failure(new Task(what + " branch " + session.branch(), then), failure);
        }
        session.rollbackAndRelease();
        return Failures.refused(reason, "could not " + what + ": " + Failures.brief(failure), failure);
    }

    @Override
    public void rollback() {
        guard.end();
        if (ended.compareAndSet(false, true)) {
            session.rollbackAndRelease();
        }
    }

    /** Kills the server's thread only if it was this call that gave the connection back: else it may be somebody else's. */
    @Override
    public void abandon() {
        guard.end();
        if (ended.compareAndSet(false, true) && session.discard()) {
            kill();
        }
    }

    private void kill() {
        try (Session other = Session.autoCommit(rows.database().source());
                Statement kill = other.connection().createStatement()) {
            kill.execute(MariaDbSql.kill(session.connectionId()));
        } catch (SQLException failure) {
            if (failure.getErrorCode() == MariaDbErrors.NO_SUCH_THREAD) {
                log.debug("branch={} its server thread has ended already", session.branch());
                return;
            }
            log.warn(
                    "code=TROTH-0401 branch={} connection={} the branch was abandoned, but its server thread could not be"
                            + " ended: it may hold locks until its statement returns ({})",
                    session.branch(),
                    session.connectionId(),
                    Failures.brief(failure));
        }
    }

    /** How the branch ends when its row is written. */
    @FunctionalInterface
    private interface Ending {
        void run() throws SQLException;
    }
}
