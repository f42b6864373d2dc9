package dev.troth.engine.consumer;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message that is here until it is settled. When its connection is lost meanwhile and the broker delivers it again, the new delivery takes
 * the place of the old one: it is settled with it, and the message is not begun a second time.
 */
final class Held implements Delivery {
    private final Runnable settled;
    private Delivery latest; // guarded by this, as is the next
    private @Nullable Settlement settlement;

    /** What became of it. */
    @FunctionalInterface
    private interface Settlement {
        void of(Delivery delivery);
    }

    /**
     * Holds it.
     *
     * @param settled is told when it is settled
     */
    Held(Delivery delivery, Runnable settled) {
        this.latest = delivery;
        this.settled = settled;
    }

    /** The same message has come again. */
    void comesAgain(Delivery delivery) {
        Settlement known;
        synchronized (this) {
            latest = delivery;
            known = settlement;
        }
        if (known != null) {
            known.of(delivery);
        }
    }

    private void settle(Settlement how) {
        Delivery delivery;
        synchronized (this) {
            if (settlement != null) {
                return;
            }
            settlement = how;
            delivery = latest;
        }
        how.of(delivery);
        settled.run();
    }

    private synchronized Delivery latest() {
        return latest;
    }

    @Override
    public Envelope envelope() {
        return latest().envelope();
    }

    @Override
    public boolean redelivered() {
        return latest().redelivered();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return latest().unwrap(type);
    }

    @Override
    public void ack() {
        settle(Delivery::ack);
    }

    @Override
    public void release() {
        settle(Delivery::release);
    }

    @Override
    public void deadLetter(String reason) {
        settle(delivery -> delivery.deadLetter(reason));
    }
}
