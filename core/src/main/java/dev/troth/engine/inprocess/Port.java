package dev.troth.engine.inprocess;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import dev.troth.spi.TransportException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/** One service's way on to the bus. */
final class Port implements Transport {
    private static final CompletionStage<Sent> ACCEPTED = CompletableFuture.completedStage(Sent.ACCEPTED);
    private static final CompletionStage<Sent> UNROUTABLE = CompletableFuture.completedStage(Sent.UNROUTABLE);

    private final Bus bus;
    private final ReentrantLock lock = new ReentrantLock(); // guards consumers, and the writing of closed
    private final Set<Consumer> consumers = new HashSet<>();
    private volatile boolean closed;

    Port(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Subscription listen(Address address, int window, Receiver receiver) {
        if (window < 1) {
            throw new IllegalArgumentException("A window has room for at least 1 delivery: " + window);
        }
        Consumer consumer = bus.add(address, window, receiver);
        lock.lock();
        try {
            if (!closed) {
                consumers.add(consumer);
                return () -> stop(consumer);
            }
        } finally {
            lock.unlock();
        }
        bus.remove(consumer);
        consumer.giveBack();
        throw new TransportException("Cannot listen at " + address + ": this transport is closed.", null);
    }

    /** Forgets the consumer as soon as nothing of it is unsettled; until then {@link #close()} has to give that back. */
    private void stop(Consumer consumer) {
        bus.remove(consumer);
        if (consumer.settled()) {
            lock.lock();
            try {
                consumers.remove(consumer);
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public CompletionStage<Sent> send(Address to, Envelope envelope) {
        if (closed) {
            return CompletableFuture.failedStage(new TransportException(
                    "Cannot send " + envelope + " to " + to + ": this transport is closed.", null));
        }
        Mailbox mailbox = bus.find(to);
        if (mailbox == null) {
            return UNROUTABLE;
        }
        return switch (mailbox.offer(Letter.posted(envelope, bus.nanoTime()))) {
            case TAKEN -> ACCEPTED;
            case NOBODY -> UNROUTABLE;
            case FULL ->
                CompletableFuture.failedStage(new TransportException(
                        "The mailbox of " + to + " is full (" + Mailbox.MAX_LETTERS + " messages or "
                                + Mailbox.MAX_BYTES + " bytes): " + envelope + " was not taken. It empties as its"
                                + " consumers settle what they have.",
                        null));
        };
    }

    @Override
    public boolean connected() {
        return !closed;
    }

    @Override
    public void close() {
        List<Consumer> left;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            left = new ArrayList<>(consumers);
        } finally {
            lock.unlock();
        }
        left.forEach(bus::remove);
        left.forEach(Consumer::giveBack);
        bus.leave();
    }
}
