package dev.troth.engine.inprocess;

import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import dev.troth.spi.Transport.Receiver;
import dev.troth.spi.TransportException;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Where the transports of one JVM meet: its mailboxes. It ends with its last transport. */
public final class Bus {
    private final LongSupplier nanoTime;
    private final ConcurrentMap<Address, Mailbox> mailboxes = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock(); // guards ports and ended
    private int ports;
    private boolean ended;

    /** A bus whose messages expire by the given clock. */
    public Bus(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * A transport of this bus.
     *
     * @throws TransportException if the bus has ended
     */
    public Transport join() {
        lock.lock();
        try {
            if (ended) {
                throw new TransportException(
                        "The last transport of this in-process bus was closed, which ended the bus. Start a new one"
                                + " with InProcessTransport.create().",
                        null);
            }
            ports++;
            return new Port(this);
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            ports--;
            if (ports == 0) {
                ended = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The mailbox of an address at which somebody has listened, or null. */
    @Nullable
    Mailbox find(Address address) {
        return mailboxes.get(address);
    }

    /** Puts a consumer at an address; deliveries may start before this returns. */
    Consumer add(Address address, int window, Receiver receiver) {
        AtomicReference<Consumer> added = new AtomicReference<>();
        Mailbox mailbox = mailboxes.compute(address, (at, found) -> {
            Mailbox box = found == null ? new Mailbox(at, nanoTime) : found;
            Consumer consumer = new Consumer(box, window, receiver);
            box.add(consumer);
            added.set(consumer);
            return box;
        });
        mailbox.run();
        return Objects.requireNonNull(added.get());
    }

    /** Takes the consumer away. What waits for a participant or a log waits on; an instance's mailbox goes with its instance. */
    void remove(Consumer consumer) {
        mailboxes.computeIfPresent(consumer.mailbox().address(), (address, box) -> {
            boolean last = box == consumer.mailbox() && box.remove(consumer);
            return last && address instanceof Address.Instance ? null : box;
        });
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }
}
