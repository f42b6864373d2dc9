package dev.troth.engine.inprocess;

import dev.troth.protocol.Address;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits at one address, and who takes it.
 *
 * <pre>
 *   offer ──▶ waiting ──▶ one run at a time, on some sender's thread: the next letter to the next consumer with room
 *                ▲                                                        │
 *                └───────────── release, transport closed ────────────── unsettled
 * </pre>
 */
final class Mailbox {
    /** The most letters that wait. */
    static final int MAX_LETTERS = 10_000;
    /** The most bytes that wait. */
    static final long MAX_BYTES = 64L << 20;

    /** What became of an offer. */
    enum Offered {
        TAKEN,
        NOBODY,
        FULL
    }

    private final Address address;
    private final LongSupplier nanoTime;

    private final ReentrantLock lock = new ReentrantLock(); // guards everything below, and every consumer's unsettled
    private final Deque<Letter> waiting = new ArrayDeque<>();
    private final List<Consumer> consumers = new ArrayList<>();
    private long bytes;
    private int next;
    private boolean running;

    Mailbox(Address address, LongSupplier nanoTime) {
        this.address = address;
        this.nanoTime = nanoTime;
    }

    Address address() {
        return address;
    }

    void add(Consumer consumer) {
        lock.lock();
        try {
            consumers.add(consumer);
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether nobody is left. */
    boolean remove(Consumer consumer) {
        lock.lock();
        try {
            consumers.remove(consumer);
            return consumers.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    Offered offer(Letter letter) {
        lock.lock();
        try {
            if (consumers.isEmpty()) {
                return Offered.NOBODY;
            }
            if (full(letter)) {
                dropExpired();
                if (full(letter)) {
                    return Offered.FULL;
                }
            }
            waiting.addLast(letter);
            bytes += letter.bytes();
            if (!starts()) {
                return Offered.TAKEN;
            }
        } finally {
            lock.unlock();
        }
        Round.empty(this);
        return Offered.TAKEN;
    }

    private boolean full(Letter letter) {
        return waiting.size() >= MAX_LETTERS || (bytes + letter.bytes() > MAX_BYTES && !waiting.isEmpty());
    }

    private void dropExpired() {
        long now = nanoTime.getAsLong();
        waiting.removeIf(letter -> letter.expired(now));
        bytes = waiting.stream().mapToLong(Letter::bytes).sum();
    }

    boolean nothingUnsettled(Consumer consumer) {
        lock.lock();
        try {
            return consumer.unsettled().isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether it was not settled before. */
    boolean settle(Handed delivery) {
        lock.lock();
        try {
            if (!delivery.consumer().unsettled().remove(delivery)) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        run();
        return true;
    }

    void release(Handed delivery) {
        lock.lock();
        try {
            if (!delivery.consumer().unsettled().remove(delivery)) {
                return;
            }
            putBack(delivery);
        } finally {
            lock.unlock();
        }
        run();
    }

    void takeBack(Consumer consumer) {
        lock.lock();
        try {
            List<Handed> left = new ArrayList<>(consumer.unsettled());
            consumer.unsettled().clear();
            for (int i = left.size() - 1; i >= 0; i--) {
                putBack(left.get(i));
            }
        } finally {
            lock.unlock();
        }
        run();
    }

    private void putBack(Handed delivery) {
        waiting.addFirst(delivery.letter().again());
        bytes += delivery.letter().bytes();
    }

    /** Sees to it that the mailbox is being emptied, if there is anything to do. */
    void run() {
        lock.lock();
        try {
            if (!starts()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        Round.empty(this);
    }

    /** Under the lock: whether a run has to be scheduled, by whoever asks. */
    private boolean starts() {
        if (running || waiting.isEmpty() || nextWithRoom() == null) {
            return false;
        }
        running = true;
        return true;
    }

    /** Hands out what waits, until nothing does or nobody has room. */
    void turn() {
        for (Handed delivery = take(); delivery != null; delivery = take()) {
            delivery.consumer().receive(delivery);
        }
    }

    /** The next letter in the hands of the next consumer; null ends the run. */
    private @Nullable Handed take() {
        lock.lock();
        try {
            Letter letter = firstAlive();
            Consumer consumer = letter == null ? null : nextWithRoom();
            if (letter == null || consumer == null) {
                running = false;
                return null;
            }
            waiting.removeFirst();
            bytes -= letter.bytes();
            next = consumers.indexOf(consumer) + 1;
            Handed delivery = new Handed(letter, consumer);
            consumer.unsettled().add(delivery);
            return delivery;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Letter firstAlive() {
        Letter first = waiting.peekFirst();
        while (first != null && first.expired(nanoTime.getAsLong())) {
            waiting.removeFirst();
            bytes -= first.bytes();
            first = waiting.peekFirst();
        }
        return first;
    }

    private @Nullable Consumer nextWithRoom() {
        for (int i = 0; i < consumers.size(); i++) {
            Consumer consumer = consumers.get((next + i) % consumers.size());
            if (consumer.hasRoom()) {
                return consumer;
            }
        }
        return null;
    }
}
