package dev.troth.testkit;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One service's connection to an {@link InMemoryBroker}. */
final class BrokerPort implements EventTransport {
    private final InMemoryBroker broker;
    private final List<BrokerConsumer> consumers = new ArrayList<>(); // under the broker's lock, as what follows
    private boolean closed;

    BrokerPort(InMemoryBroker broker) {
        this.broker = broker;
    }

    @Override
    public Subscription listen(Address address, int window, Receiver receiver) {
        return take(address, window, () -> broker.listen(address, window, receiver));
    }

    @Override
    public Subscription subscribe(Feed feed, int window, Receiver receiver) {
        return take(feed.subscriber(), window, () -> broker.subscribe(feed, window, receiver));
    }

    private Subscription take(Address address, int window, Supplier<BrokerConsumer> start) {
        if (window < 1) {
            throw new IllegalArgumentException("A window has room for at least 1 delivery: " + window);
        }
        BrokerConsumer consumer = broker.guarded(() -> {
            if (closed) {
                throw new TransportException("Cannot listen at " + address + ": this transport is closed.", null);
            }
            BrokerConsumer started = start.get();
            consumers.add(started);
            return started;
        });
        return () -> stop(consumer);
    }

    /** What it has and does not settle comes again when the transport closes. */
    private void stop(BrokerConsumer consumer) {
        boolean unused = broker.guarded(() -> {
            consumer.leave();
            return consumer.settled() && consumers.remove(consumer);
        });
    }

    @Override
    public CompletionStage<Sent> send(Address to, Envelope envelope) {
        return sent(to, envelope, () -> broker.send(to, envelope));
    }

    @Override
    public CompletionStage<Sent> sendLater(Address.Subscriber to, Envelope envelope, Duration delay) {
        return sent(to, envelope, () -> broker.sendLater(to, envelope, delay));
    }

    private CompletionStage<Sent> sent(Address to, Envelope envelope, Supplier<Sent> action) {
        return broker.guarded(() -> {
            if (closed || !broker.up()) {
                String why = closed ? "this transport is closed" : "the broker is away";
                return CompletableFuture.failedStage(
                        new TransportException("Cannot send " + envelope + " to " + to + ": " + why + ".", null));
            }
            return CompletableFuture.completedStage(action.get());
        });
    }

    @Override
    public boolean sendsEvents() {
        return connected();
    }

    @Override
    public boolean connected() {
        return broker.guarded(() -> !closed && broker.up());
    }

    @Override
    public void close() {
        boolean unused = broker.guarded(() -> {
            closed = true;
            consumers.forEach(BrokerConsumer::leave);
            consumers.forEach(BrokerConsumer::takeBack);
            consumers.clear();
            return true;
        });
    }
}
