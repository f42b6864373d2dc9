package dev.troth.testkit;

import dev.troth.protocol.Refusal;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.DeadLetterStore;
import dev.troth.spi.InboxStore;
import dev.troth.spi.StoreException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An inbox in memory, for tests. Inboxes made of it by {@link #named} share what is durable. Its clock is given. There is no real
 * connection; what other stores in memory write on the one that an effect gets is done when the effect has returned.
 */
public final class InMemoryInbox implements InboxStore {
    private final Durable durable;
    private final InstantSource clock;
    private final String consumer;

    /** An empty inbox. */
    public InMemoryInbox(InstantSource clock) {
        this(new Durable(), clock, "default");
    }

    private InMemoryInbox(Durable durable, InstantSource clock, String consumer) {
        this.durable = durable;
        this.clock = clock;
        this.consumer = consumer;
    }

    /** A message of a consumer. */
    private record Key(String consumer, String messageId) {}

    private static final class Durable {
        final Map<Key, ReentrantLock> locks = new ConcurrentHashMap<>();
        final Set<Key> applied = ConcurrentHashMap.newKeySet();
        final Map<String, InMemoryDeadLetters> letters = new ConcurrentHashMap<>();
    }

    @Override
    public void open() {}

    @Override
    public InMemoryInbox named(String name) {
        return new InMemoryInbox(durable, clock, name);
    }

    @Override
    public <X extends Exception> boolean once(String messageId, Effect<X> effect) throws X {
        Key key = new Key(consumer, messageId);
        ReentrantLock lock = durable.locks.computeIfAbsent(key, any -> new ReentrantLock());
        lock.lock();
        NoConnection transaction = new NoConnection();
        try {
            if (durable.applied.contains(key)) {
                return false;
            }
            effect.apply(transaction.connection());
            transaction.commit();
            return durable.applied.add(key);
        } finally {
            transaction.rollback(); // what was not committed
            lock.unlock();
        }
    }

    @Override
    public Refusal explain(Throwable failure) {
        if (failure instanceof BranchFailedException refused) {
            return refused.refusal();
        }
        Reason reason = failure instanceof StoreException ? Reason.UNAVAILABLE : Reason.ERROR;
        return new Refusal(reason, String.valueOf(failure.getMessage()));
    }

    @Override
    public void keep(DeadLetter letter) {
        letters().keep(letter);
    }

    @Override
    public DeadLetterStore deadLetters() {
        return letters();
    }

    private InMemoryDeadLetters letters() {
        return durable.letters.computeIfAbsent(consumer, any -> new InMemoryDeadLetters(clock));
    }

    /** Does nothing: what it holds outlives the service. */
    @Override
    public void close() {}
}
