package dev.troth.testkit;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.Transport.Receiver;
import dev.troth.spi.Transport.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A broker in memory, for tests of services with an outbox or subscribers: topics, feeds with their limits, one consumer at a time where
 * order matters, delays. What it has accepted and is persistent stays through {@link #crash()} and for as long as this object lives.
 *
 * <pre>{@code
 * InMemoryBroker broker = InMemoryBroker.create();
 * Troth troth = Troth.builder("notes").transport(broker.connect()).subscriber(…).start();
 * broker.awaitDelayed(1);             // an attempt has failed, and the message waits for the next one
 * broker.pass(Duration.ofMinutes(1)); // the pause is over
 * }</pre>
 *
 * <p>Its time stands still until a test moves it with {@link #pass}; that of {@link #inRealTime()} also passes by itself. Receivers run on
 * daemon threads of the broker; a send is complete when it returns. Safe for use by several threads.
 */
public final class InMemoryBroker {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ReentrantLock lock = new ReentrantLock(); // guards everything below and all of the broker's parts
    private final Condition changed = lock.newCondition();
    private final Map<Address, BrokerQueue> queues = new LinkedHashMap<>();
    private final List<DeadLettered> deadLetters = new ArrayList<>();
    private final BrokerTime time;
    private boolean up = true;

    private InMemoryBroker(boolean ticking) {
        this.time = new BrokerTime(ticking);
    }

    /** A broker whose time stands still until {@link #pass}. */
    public static InMemoryBroker create() {
        return new InMemoryBroker(false);
    }

    /** A broker whose time passes by itself. */
    public static InMemoryBroker inRealTime() {
        return new InMemoryBroker(true);
    }

    /**
     * A message that somebody has set aside.
     *
     * @param from where it had waited
     * @param envelope the message
     * @param reason why, as they said
     */
    public record DeadLettered(Address from, Envelope envelope, String reason) {}

    /** A new transport, as another process would have it: all of them reach each other. */
    public EventTransport connect() {
        return new BrokerPort(this);
    }

    /** Lets time pass: messages expire, and what was sent for later comes. */
    public void pass(Duration duration) {
        guarded(() -> {
            time.pass(duration);
            deliverWhatIsDue();
            return true;
        });
    }

    /**
     * Goes away until {@link #start()}: transports are not connected and sends fail. What was not settled comes again then, and what is
     * not persistent is gone.
     */
    public void stop() {
        guarded(() -> {
            up = false;
            queues.values().forEach(BrokerQueue::crash);
            time.crash();
            return true;
        });
    }

    /** Comes back. Does nothing if it is there. */
    public void start() {
        guarded(() -> {
            up = true;
            deliverWhatIsDue();
            queues.values().forEach(BrokerQueue::deliver);
            return true;
        });
    }

    /** Goes away without warning and comes back at once. */
    public void crash() {
        stop();
        start();
    }

    /** How many messages wait at that address or are with somebody who has not settled them. */
    public int waiting(Address address) {
        return guarded(() -> {
            BrokerQueue queue = queues.get(address);
            return queue == null ? 0 : queue.size();
        });
    }

    /** How many messages were sent for later and wait for their time. */
    public int delayed() {
        return guarded(time::waiting);
    }

    /** What was set aside, in that order. */
    public List<DeadLettered> deadLetters() {
        return guarded(() -> List.copyOf(deadLetters));
    }

    /** Waits until that many messages or more wait for their time, at most 30 s. */
    public void awaitDelayed(int messages) throws InterruptedException {
        await(() -> time.waiting() >= messages, () -> time.waiting() + " messages wait for their time");
    }

    /** Waits until everything that came to that address is settled, at most 30 s. */
    public void awaitSettled(Address address) throws InterruptedException {
        await(() -> waiting(address) == 0, () -> waiting(address) + " messages are not settled at " + address);
    }

    private void await(BooleanSupplier reached, Supplier<String> instead) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        lock.lock();
        try {
            while (!reached.getAsBoolean()) {
                if (!changed.await(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    throw new AssertionError("After " + PATIENCE + ' ' + instead.get());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Everything that a part of the broker does is done in here. */
    <T> T guarded(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    boolean up() {
        return up;
    }

    long now() {
        return time.now();
    }

    /** Under the lock: puts a listener there. */
    BrokerConsumer listen(Address address, int window, Receiver receiver) {
        BrokerQueue queue = queues.computeIfAbsent(address, at -> new BrokerQueue(this, at));
        return queue.add(window, receiver);
    }

    /** Under the lock: puts a subscriber's feed there; what it wants replaces what it wanted. */
    BrokerConsumer subscribe(Feed feed, int window, Receiver receiver) {
        queues.computeIfAbsent(feed.subscriber(), at -> new BrokerQueue(this, at))
                .want(feed);
        return listen(feed.subscriber(), window, receiver);
    }

    /** Under the lock: what nobody but this consumer has listened to goes with it. */
    void left(BrokerQueue queue) {
        if (queue.address() instanceof Address.Instance && queue.abandoned()) {
            queues.remove(queue.address(), queue);
        }
    }

    /** Under the lock: to every queue that wants it; one that is full refuses, and others take it all the same. */
    Sent send(Address to, Envelope envelope) {
        List<BrokerQueue> meant =
                queues.values().stream().filter(queue -> queue.wants(to)).toList();
        if (meant.isEmpty()) {
            return Sent.UNROUTABLE;
        }
        boolean refused = false;
        for (BrokerQueue queue : meant) {
            refused |= !queue.offer(envelope);
        }
        return refused ? Sent.REFUSED : Sent.ACCEPTED;
    }

    /** Under the lock: it waits here until its time has come. */
    Sent sendLater(Address to, Envelope envelope, Duration delay) {
        BrokerQueue queue = queues.get(to);
        if (queue == null) {
            return Sent.UNROUTABLE;
        }
        time.put(
                queue,
                envelope,
                delay,
                () -> guarded(() -> {
                    deliverWhatIsDue();
                    return true;
                }));
        deliverWhatIsDue();
        return Sent.ACCEPTED;
    }

    /** Under the lock. */
    void setAside(Address from, Envelope envelope, String reason) {
        deadLetters.add(new DeadLettered(from, envelope, reason));
    }

    private void deliverWhatIsDue() {
        if (up) {
            time.due().forEach(later -> later.queue().put(later.envelope()));
        }
    }
}
