package dev.troth.engine.twophase;

import dev.troth.engine.wire.Payloads;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Name;
import dev.troth.tx.Transaction;
import dev.troth.tx.TrothException;
import java.sql.Connection;
import java.util.concurrent.CompletableFuture;

/** What the work sees of its transaction; closed when the work returns. */
final class TransactionView implements Transaction {
    private final ActiveTransaction transaction;
    private final Payloads payloads;
    private volatile boolean closed;

    TransactionView(ActiveTransaction transaction, Payloads payloads) {
        this.transaction = transaction;
        this.payloads = payloads;
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
