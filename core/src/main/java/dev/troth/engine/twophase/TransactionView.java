package dev.troth.engine.twophase;

import dev.troth.engine.relay.OutboxDesk;
import dev.troth.engine.wire.Payloads;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Name;
import dev.troth.tx.Transaction;
import dev.troth.tx.TrothException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the work sees of its transaction; closed when the work returns. */
final class TransactionView implements Transaction {
    private final ActiveTransaction transaction;
    private final Payloads payloads;
    private final Optional<OutboxDesk> outbox;
    private final List<String> keys = new ArrayList<>(); // of the thread that runs the work, as all of this
    private volatile boolean closed;

    TransactionView(ActiveTransaction transaction, Payloads payloads, Optional<OutboxDesk> outbox) {
        this.transaction = transaction;
        this.payloads = payloads;
        this.outbox = outbox;
    }

    @Override
    public Gid gid() {
        return transaction.gid();
    }

    @Override
    public Connection connection() {
        checkOpen();
        return transaction.local().connection();
    }

    @Override
    @SuppressWarnings("NullAway") // the future of a Void answer holds null, as futures of Void do
    public <R> CompletableFuture<R> enlist(String participant, Object command, Class<R> answer) {
        checkOpen();
        return transaction.enlist(
                Name.check(participant), payloads.command(command), payload -> payloads.readAnswer(payload, answer));
    }

    @Override
    public void publish(Object event) {
        OutboxDesk desk = outbox();
        String id = newId();
        desk.publish(connection(), stamp(id, id), event);
    }

    @Override
    public void publish(String key, Object event) {
        outbox().publish(connection(), stamp(newId(), key), event);
    }

    @Override
    public void send(String subscriber, Object command) {
        OutboxDesk desk = outbox();
        String id = newId();
        desk.send(connection(), stamp(id, id), subscriber, command);
    }

    @Override
    public void send(String subscriber, String key, Object command) {
        outbox().send(connection(), stamp(newId(), key), subscriber, command);
    }

    private OutboxDesk outbox() {
        return outbox.orElseThrow(() -> new TrothException(OutboxDesk.MISSING));
    }

    private String newId() {
        return gid() + "/e" + (keys.size() + 1);
    }

    private OutboxDesk.Stamp stamp(String id, String key) {
        keys.add(key);
        return new OutboxDesk.Stamp(id, key, gid().toString(), transaction.traceparent());
    }

    /** The keys of what is to be sent after the commit. */
    List<String> keys() {
        return keys;
    }

    private void checkOpen() {
        if (closed) {
            throw new TrothException(
                    "Transaction " + transaction.gid() + " was used after its work had returned. Use it only"
                            + " inside the function given to transact, on its thread.");
        }
    }

    void close() {
        closed = true;
    }
}
