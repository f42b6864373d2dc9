package dev.troth.engine.inprocess;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Text;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A letter in the hands of a consumer. */
final class Handed implements Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Handed.class);

    private final Letter letter;
    private final Consumer consumer;

    Handed(Letter letter, Consumer consumer) {
        this.letter = letter;
        this.consumer = consumer;
    }

    Letter letter() {
        return letter;
    }

    Consumer consumer() {
        return consumer;
    }

    @Override
    public Envelope envelope() {
        return letter.envelope();
    }

    @Override
    public boolean redelivered() {
        return letter.redelivered();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return Optional.empty();
    }

    @Override
    public void ack() {
        consumer.mailbox().settle(this);
    }

    @Override
    public void release() {
        consumer.mailbox().release(this);
    }

    @Override
    public void deadLetter(String reason) {
        if (consumer.mailbox().settle(this)) {
            LOG.warn(
                    "dead letter address={} message=\"{}\" reason=\"{}\": dropped, there is no broker to keep it",
                    consumer.mailbox().address(),
                    envelope(),
                    Text.clip(reason, 500));
        }
    }
}
