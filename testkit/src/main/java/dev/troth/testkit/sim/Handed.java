package dev.troth.testkit.sim;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A message in the hands of a consumer. */
final class Handed implements Delivery {
    private final Consumer consumer;
    private final Letter letter;
    private final AtomicBoolean settled = new AtomicBoolean();

    Handed(Consumer consumer, Letter letter) {
        this.consumer = consumer;
        this.letter = letter;
    }

    Consumer consumer() {
        return consumer;
    }

    Letter letter() {
        return letter;
    }

    /** Gives it to the receiver. One that throws gets it once more; then it is set aside. */
    void give() {
        try {
            consumer.receiver().receive(this);
        } catch (RuntimeException thrown) {
            if (redelivered()) {
                deadLetter("its receiver threw " + thrown);
            } else {
                release();
            }
        }
    }

    @Override
    public Envelope envelope() {
        return letter.envelope();
    }

    @Override
    public boolean redelivered() {
        return letter.again();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return Optional.empty();
    }

    @Override
    public void ack() {
        settle(false);
    }

    @Override
    public void release() {
        settle(true);
    }

    @Override
    public void deadLetter(String reason) {
        settle(false);
    }

    private void settle(boolean again) {
        if (settled.compareAndSet(false, true)) {
            consumer.port().settle(this, again);
        }
    }
}
