package dev.troth.spring;

import dev.troth.protocol.Refusal;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.DeadLetterStore;
import dev.troth.spi.InboxStore;
import dev.troth.spi.StoreException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionSynchronization;

/** An inbox whose transactions are, to what a message does, those of Spring in its data source; their hooks run when it has ended. */
record BoundInbox(InboxStore inbox, Supplier<BoundConnection> bound, String subscriber, Readiness ready)
        implements InboxStore {
    @Override
    public <X extends Exception> boolean once(String messageId, Effect<X> effect) throws X {
        ready.await();
        Hooks hooks = new Hooks("message " + messageId + " of subscriber " + subscriber);
        AtomicBoolean done = new AtomicBoolean();
        boolean applied;
        try {
            applied = inbox.<Exception>once(messageId, connection -> {
                bound.get().<Boolean>run(connection, "subscriber " + subscriber, hooks, () -> {
                    effect.apply(connection);
                    return true;
                });
                done.set(true);
            });
        } catch (Exception | Error failure) {
            boolean unknown = done.get() && failure instanceof StoreException; // it has not seen the end of its commit
            hooks.ended(
                    unknown
                            ? TransactionSynchronization.STATUS_UNKNOWN
                            : TransactionSynchronization.STATUS_ROLLED_BACK);
            throw BoundInbox.<X>asItIs(failure);
        }
        if (applied) {
            hooks.committed();
        }
        return applied;
    }

    /** The effect throws an X or what is unchecked, and so do hooks and JPA. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X asItIs(Throwable failure) throws X {
        throw (X) failure;
    }

    @Override
    public void open() {
        inbox.open();
    }

    @Override
    public InboxStore named(String consumer) {
        return new BoundInbox(inbox.named(consumer), bound, consumer, ready);
    }

    @Override
    public Refusal explain(Throwable failure) {
        return inbox.explain(failure);
    }

    @Override
    public void keep(DeadLetter letter) {
        inbox.keep(letter);
    }

    @Override
    public DeadLetterStore deadLetters() {
        return inbox.deadLetters();
    }

    @Override
    public void close() {
        inbox.close();
    }
}
