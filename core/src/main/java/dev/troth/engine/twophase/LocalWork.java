package dev.troth.engine.twophase;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.coordinator.CoordinatorAction;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.DecisionLog.LocalTransaction;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The owner's half of a transaction: the connection on which the work is done, and the commit that carries the decision.
 *
 * <p>It belongs to the owner: the thread that runs the work, and after it the thread that takes the turn. Others never touch it;
 * that is why a rollback that others cause waits for the owner's turn.
 */
final class LocalWork {
    private final ActiveTransaction transaction;
    private final CoordinatorContext context;
    private @Nullable LocalTransaction local;
    private boolean over;

    LocalWork(ActiveTransaction transaction, CoordinatorContext context) {
        this.transaction = transaction;
        this.context = context;
    }

    Connection connection() {
        LocalTransaction begun = local;
        if (begun == null) {
            begun = context.log().begin();
            local = begun;
        }
        return begun.connection();
    }

    boolean used() {
        return local != null && local.used();
    }

    /** Does what the votes have led to. Afterwards the connection is back where it came from. */
    void takeTurn(CoordinatorAction turn) {
        try {
            if (turn instanceof CoordinatorAction.RecordCommit) {
                transaction.post(recordOrUnknown());
            } else {
                rollBack();
            }
        } finally {
            close();
        }
    }

    /** Whatever goes wrong in an unforeseen way, the transaction must not stay undecided for ever: the log is asked. */
    private CoordinatorEvent recordOrUnknown() {
        try {
            context.environment().reached(CrashPoint.AFTER_VOTES_COLLECTED, transaction.gid());
            return record(transaction.commitRecord());
        } catch (Throwable e) {
            transaction.failedBecause(e);
            close();
            return new CoordinatorEvent.CommitUnknown();
        }
    }

    private CoordinatorEvent record(CommitRecord commit) {
        if (!used()) {
            return recordAlone(commit);
        }
        Gid gid = transaction.gid();
        Recorded recorded;
        try {
            recorded = Objects.requireNonNull(local)
                    .commit(commit, () -> context.environment().reached(CrashPoint.AFTER_DECISION_INSERTED, gid));
        } catch (BranchFailedException e) {
            transaction.failedBecause(e);
            return new CoordinatorEvent.CommitFailed(e.refusal());
        } catch (StoreException e) {
            transaction.failedBecause(e);
            close(); // the log is asked next, on a connection of its own
            return new CoordinatorEvent.CommitUnknown();
        }
        if (recorded == Recorded.RECORDED) {
            context.environment().reached(CrashPoint.AFTER_DECISION_LOGGED, gid);
        }
        return new CoordinatorEvent.CommitAttempted(recorded);
    }

    private CoordinatorEvent recordAlone(CommitRecord commit) {
        Recorded recorded;
        try {
            recorded = context.log().record(commit);
        } catch (StoreException e) {
            transaction.failedBecause(e);
            return new CoordinatorEvent.CommitUnknown();
        }
        if (recorded == Recorded.RECORDED) {
            context.environment().reached(CrashPoint.AFTER_DECISION_LOGGED, transaction.gid());
        }
        return new CoordinatorEvent.CommitAttempted(recorded);
    }

    /** Undoes the work, if it is still there to be undone. */
    void rollBack() {
        if (local != null && !over) {
            local.rollback();
        }
    }

    private void close() {
        over = true;
        if (local != null) {
            local.close();
        }
    }
}
