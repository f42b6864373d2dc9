package dev.troth.engine.twophase;

import dev.troth.engine.relay.OutboxDesk;
import dev.troth.engine.wire.Payloads;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Name;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.coordinator.CoordinatorAction;
import dev.troth.protocol.coordinator.CoordinatorEvent;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.CrashPoint;
import dev.troth.tx.JoinedTransaction;
import dev.troth.tx.TransactionOptions;
import dev.troth.tx.TrothException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Troth's part in a local transaction of somebody else. The global one begins when something is enlisted.
 *
 * <p>Between the insert of the decision and the word of the owner that the commit has returned, nothing is known here: the commit may
 * have been tried or not. Only that word is believed; after any other end the log is asked.
 */
final class Joined implements JoinedTransaction {
    private static final Logger log = LoggerFactory.getLogger(Joined.class);

    private enum Stage {
        /** The work goes on. */
        OPEN,
        /** It can only roll back. */
        DOOMED,
        /** It may be committed: the decision is in the local transaction, or there is nothing to decide. */
        READY,
        /** The owner has said how it ended. */
        OVER
    }

    private final Transactions transactions;
    private final CoordinatorContext context;
    private final Gid gid;
    private final TransactionOptions options;
    private final Payloads payloads;
    private final Optional<OutboxDesk> outbox;
    private final List<String> keys = new ArrayList<>();
    private Stage stage = Stage.OPEN;
    private @Nullable ActiveTransaction begun;

    Joined(
            Transactions transactions,
            CoordinatorContext context,
            Gid gid,
            TransactionOptions options,
            Payloads payloads,
            Optional<OutboxDesk> outbox) {
        this.transactions = transactions;
        this.context = context;
        this.gid = gid;
        this.options = options;
        this.payloads = payloads;
        this.outbox = outbox;
    }

    @Override
    public Gid gid() {
        return gid;
    }

    @Override
    public boolean hasBranches() {
        return begun != null;
    }

    @Override
    @SuppressWarnings("NullAway") // the future of a Void answer holds null, as futures of Void do
    public <R> CompletableFuture<R> enlist(String participant, Object command, Class<R> answer) {
        Name.check(participant);
        if (stage == Stage.READY || stage == Stage.OVER) {
            throw new TrothException("Participant '" + participant + "' was enlisted in transaction " + gid
                    + " when its votes had been collected already. It was not asked. Enlist before the local transaction begins to"
                    + " commit.");
        }
        Payload payload = payloads.command(command);
        ActiveTransaction transaction = begun == null ? begin() : begun;
        return transaction.enlist(participant, payload, answered -> payloads.readAnswer(answered, answer));
    }

    private ActiveTransaction begin() {
        if (stage == Stage.DOOMED) {
            throw new TrothException("Transaction " + gid + " can only roll back, so nobody was asked.");
        }
        ActiveTransaction transaction = transactions.beginJoined(gid, options);
        begun = transaction;
        return transaction;
    }

    @Override
    public void publish(Connection connection, Object event) {
        OutboxDesk desk = outbox();
        String id = newId();
        desk.publish(connection, stamp(id, id), event);
    }

    @Override
    public void publish(Connection connection, String key, Object event) {
        outbox().publish(connection, stamp(newId(), key), event);
    }

    @Override
    public void send(Connection connection, String subscriber, Object command) {
        OutboxDesk desk = outbox();
        String id = newId();
        desk.send(connection, stamp(id, id), subscriber, command);
    }

    @Override
    public void send(Connection connection, String subscriber, String key, Object command) {
        outbox().send(connection, stamp(newId(), key), subscriber, command);
    }

    private OutboxDesk outbox() {
        if (stage == Stage.OVER) {
            throw new TrothException("Something was published in transaction " + gid
                    + " after its local transaction had ended. Nothing was written. Publish before it commits.");
        }
        return outbox.orElseThrow(() -> new TrothException(OutboxDesk.MISSING));
    }

    private String newId() {
        return gid + "/e" + (keys.size() + 1);
    }

    private OutboxDesk.Stamp stamp(String id, String key) {
        keys.add(key);
        return new OutboxDesk.Stamp(id, key, gid.toString(), options.traceparent());
    }

    @Override
    public void rollBackOnly(String why) {
        if (stage == Stage.OPEN) {
            stage = Stage.DOOMED;
            fail(why);
        }
    }

    @Override
    public void beforeCommit(Connection connection) {
        if (stage == Stage.READY || stage == Stage.OVER) {
            throw new TrothException(
                    "The votes of transaction " + gid + " were asked for twice. Commit it, or roll it back.");
        }
        ActiveTransaction transaction = begun;
        if (transaction == null) {
            stage = Stage.READY;
            return;
        }
        stage = Stage.DOOMED; // unless the decision is written below
        transaction.workEnded(new CoordinatorEvent.WorkReturned(true));
        CoordinatorAction turn = transactions.awaitTurn(transaction);
        transaction.deliverAnswers();
        if (!(turn instanceof CoordinatorAction.RecordCommit)) {
            throw transaction.rolledBack();
        }
        record(transaction, connection);
        stage = Stage.READY;
    }

    /** Nothing can commit unless this returns: its caller rolls back otherwise. */
    private void record(ActiveTransaction transaction, Connection connection) {
        CoordinatorEvent failure;
        try {
            context.environment().reached(CrashPoint.AFTER_VOTES_COLLECTED, gid);
            Recorded recorded = context.log().record(connection, transaction.commitRecord());
            if (recorded == Recorded.RECORDED) {
                context.environment().reached(CrashPoint.AFTER_DECISION_INSERTED, gid);
                return;
            }
            failure = new CoordinatorEvent.CommitAttempted(recorded);
        } catch (BranchFailedException e) {
            transaction.failedBecause(e);
            failure = new CoordinatorEvent.CommitFailed(e.refusal());
        } catch (Throwable e) { // whatever it is, the branches must not wait for it
            transaction.failedBecause(e);
            failure = new CoordinatorEvent.CommitFailed(
                    new Refusal(Refusal.Reason.ERROR, "the decision could not be added: " + e));
        }
        transaction.post(failure);
        throw transaction.rolledBack();
    }

    @Override
    public void committed() {
        if (stage == Stage.OVER) {
            return;
        }
        boolean ready = stage == Stage.READY || begun == null;
        ActiveTransaction transaction = begun;
        stage = Stage.OVER;
        outbox.filter(desk -> !keys.isEmpty()).ifPresent(desk -> desk.committed(keys));
        if (transaction == null) {
            return;
        }
        if (!ready) {
            fail("its local transaction was committed before the votes were in");
            log.error(
                    "code=TROTH-0109 gid={} The local transaction was committed without its decision; every branch rolls back. Call"
                            + " beforeCommit before the commit, and do not commit when it throws",
                    gid);
            throw new TrothException("Transaction " + gid
                    + " was committed locally without its decision, so every branch rolls back and the local work stays. Call"
                    + " beforeCommit before the commit, and roll back when it throws.");
        }
        context.environment().reached(CrashPoint.AFTER_DECISION_LOGGED, gid);
        transaction.post(new CoordinatorEvent.CommitAttempted(Recorded.RECORDED));
    }

    @Override
    public void rolledBackOrUnknown() {
        if (stage == Stage.OVER) {
            return;
        }
        boolean recorded = stage == Stage.READY;
        ActiveTransaction transaction = begun;
        stage = Stage.OVER;
        if (transaction != null && recorded) {
            transaction.askLog();
        } else {
            fail("its local transaction was rolled back");
        }
    }

    private void fail(String why) {
        if (begun != null) {
            begun.post(new CoordinatorEvent.WorkFailed(new Refusal(Refusal.Reason.ERROR, why)));
            begun.deliverAnswers();
        }
    }
}
