package dev.troth.testkit;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import java.util.Optional;

/** A message of an {@link InMemoryBroker} in the hands of a consumer. */
final class BrokerDelivery implements Delivery {
    private final BrokerQueue.Letter letter;
    private final BrokerConsumer consumer;

    BrokerDelivery(BrokerQueue.Letter letter, BrokerConsumer consumer) {
        this.letter = letter;
        this.consumer = consumer;
    }

    BrokerQueue.Letter letter() {
        return letter;
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
    public boolean lost() {
        return !consumer.queue().broker().guarded(() -> consumer.has(this));
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return Optional.empty();
    }

    @Override
    public void ack() {
        settle(() -> {});
    }

    @Override
    public void release() {
        settle(() -> consumer.queue().putBack(letter.again()));
    }

    @Override
    public void deadLetter(String reason) {
        BrokerQueue queue = consumer.queue();
        settle(() -> queue.broker().setAside(queue.address(), envelope(), reason));
    }

    private void settle(Runnable then) {
        BrokerQueue queue = consumer.queue();
        boolean unused = queue.broker().guarded(() -> {
            boolean first = consumer.settle(this);
            if (first) {
                then.run();
                queue.deliver();
            }
            return first;
        });
    }
}
