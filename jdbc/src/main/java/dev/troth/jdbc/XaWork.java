package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.BranchStore.Prepared;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A branch at work through an XAResource. Its XA connection is free again as soon as the branch is prepared. */
final class XaWork implements BranchWork {
    private static final Logger log = LoggerFactory.getLogger(XaWork.class);

    private final BranchRows rows;
    private final XaPool.Lease lease;
    private final XaName name;
    private final Connection raw;
    private final Guard guard;
    private final AtomicBoolean ended = new AtomicBoolean();

    /** Creates it for an XA connection whose branch is active. */
    XaWork(BranchRows rows, XaPool.Lease lease, XaName name, Connection raw) {
        this.rows = rows;
        this.lease = lease;
        this.name = name;
        this.raw = raw;
        this.guard = new Guard(raw, "branch " + name.branch(), SqlWords.STANDARD);
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
        complete("prepare", "Whether it is prepared is not known; it asks and obeys by itself.", resource -> {
            resource.end(name, XAResource.TMSUCCESS);
            if (resource.prepare(name) == XAResource.XA_RDONLY) {
                throw Failures.refused(
                        Reason.MISUSE, "the branch has written, but the driver says that it is read-only", null);
            }
        });
        return Prepared.PREPARED;
    }

    @Override
    public void commitOnePhase() {
        guard.end();
        String then = "Whether it committed is not known here; its branch row tells.";
        complete("commit", then, resource -> {
            resource.end(name, XAResource.TMSUCCESS);
            commit(resource, new Task("commit branch " + name.branch(), then));
        });
    }

    /** Once the commit was attempted, only a code that says "rolled back" is a no: a branch that is gone may have committed. */
    private void commit(XAResource resource, Task task) throws XAException {
        try {
            resource.commit(name, true);
        } catch (XAException failure) {
            if (XaErrors.rolledBack(failure.errorCode)) {
                throw failure;
            }
            throw rows.database().failure(task, XaErrors.translate("commit", failure));
        } catch (RuntimeException failure) {
            throw rows.database().failure(task, new SQLException("commit failed: " + failure, failure));
        }
    }

    private void complete(String what, String then, Ending ending) {
        if (!ended.compareAndSet(false, true)) {
            throw Failures.refused(Reason.TIMED_OUT, "the work on the branch has ended already", null);
        }
        try {
            guard.refuseAfterFailure();
            writeRow();
            ending.run(lease.resource());
            giveBack(true);
        } catch (XAException failure) {
            throw failed(new Task(what + " branch " + name.branch(), then), XaErrors.translate(what, failure));
        } catch (SQLException failure) {
            throw failed(new Task(what + " branch " + name.branch(), then), failure);
        } catch (RuntimeException | Error refused) {
            undo();
            throw refused;
        }
    }

    private void writeRow() throws SQLException {
        BranchId branch = name.branch();
        if (!rows.table().applied(raw, branch)) {
            throw Failures.refused(
                    Reason.TIMED_OUT,
                    "the deadline " + branch.gid().deadline() + " has passed by the database's clock",
                    null);
        }
    }

    /** A definite no only if the branch is surely gone; otherwise unknown. */
    private RuntimeException failed(Task task, SQLException failure) {
        boolean gone = undo();
        Reason reason = Failures.reason(failure, rows.database().dialect().errors());
        return gone && reason != Reason.UNAVAILABLE
                ? Failures.refused(reason, "could not " + task.what() + ": " + Failures.brief(failure), failure)
                : rows.database().failure(task, failure);
    }

    /** Rolls back in whatever state the branch is, and returns whether it is surely gone. */
    private boolean undo() {
        boolean gone;
        try {
            XAResource resource = lease.resource();
            endIfActive(resource);
            gone = rollback(resource);
        } catch (SQLException failure) {
            log.debug("branch={} its XA connection is of no use any more: {}", name.branch(), failure.toString());
            gone = false;
        }
        giveBack(gone);
        return gone;
    }

    /** Gives the XA connection back, for others only if it is clean; what fails here changes nothing of how the branch ended. */
    private void giveBack(boolean clean) {
        boolean usable = clean;
        try {
            raw.close();
        } catch (SQLException | RuntimeException failure) {
            log.debug("branch={} closing its connection failed: {}", name.branch(), failure.toString());
            usable = false;
        }
        if (usable) {
            lease.release();
        } else {
            lease.discard();
        }
    }

    private void endIfActive(XAResource resource) {
        try {
            resource.end(name, XAResource.TMFAIL);
        } catch (XAException failure) {
            log.debug(
                    "branch={} is not active any more, or may only roll back: XA code {}",
                    name.branch(),
                    failure.errorCode);
        }
    }

    private boolean rollback(XAResource resource) {
        try {
            resource.rollback(name);
            return true;
        } catch (XAException failure) {
            log.debug("branch={} rollback: XA code {}", name.branch(), failure.errorCode);
            return failure.errorCode == XAException.XAER_NOTA || XaErrors.rolledBack(failure.errorCode);
        }
    }

    @Override
    public void rollback() {
        guard.end();
        if (ended.compareAndSet(false, true)) {
            undo();
        }
    }

    /** The driver decides whether a statement that runs is interrupted; the branch is rolled back as soon as it lets go. */
    @Override
    public void abandon() {
        rollback();
    }

    /** How the branch ends when its row is written. */
    @FunctionalInterface
    private interface Ending {
        void run(XAResource resource) throws XAException;
    }
}
