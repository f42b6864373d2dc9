package dev.troth.rabbitmq;

import dev.troth.spi.Transport.Sent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What was given to us to publish and is not settled: a bounded queue, and behind it the publishes that the broker has not
 * confirmed, by their number on the current channel.
 *
 * <pre>
 *   add ──▶ waiting ──take──▶ unconfirmed ──confirmed──▶ accepted, or unroutable when it was returned before
 *              ▲                  │
 *              └──── end ─────────┘   the session ended: published again by the next one, in the old order
 * </pre>
 *
 * A session is one channel's life; what comes late from an earlier one is ignored. Futures are never completed in here:
 * every method that settles parcels returns them.
 */
final class Ledger {
    private final int maxParcels;
    private final long maxBytes;
    private final int window;

    private final ReentrantLock lock = new ReentrantLock(); // guards everything below
    private final Condition changed = lock.newCondition();
    private final Deque<Parcel> waiting = new ArrayDeque<>();
    private final NavigableMap<Long, Parcel> unconfirmed = new TreeMap<>();
    private long bytes;
    private int session;
    private long published;
    private boolean up;
    private boolean blocked;
    private boolean closed;

    Ledger(RabbitOptions options) {
        this.maxParcels = options.maxPendingMessages();
        this.maxBytes = options.maxPendingBytes();
        this.window = options.confirmWindow();
    }

    /** What became of an {@link #add}. */
    enum Added {
        YES,
        FULL,
        CLOSED
    }

    /** A parcel with the number of its publish. */
    record Numbered(long number, Parcel parcel) {}

    /** A parcel and what became of it. */
    record Settled(Parcel parcel, Sent sent) {}

    Added add(Parcel parcel) {
        lock.lock();
        try {
            if (closed) {
                return Added.CLOSED;
            }
            int count = waiting.size() + unconfirmed.size();
            if (count >= maxParcels || (count > 0 && bytes + parcel.bytes() > maxBytes)) {
                return Added.FULL;
            }
            waiting.addLast(parcel);
            bytes += parcel.bytes();
            changed.signal();
            return Added.YES;
        } finally {
            lock.unlock();
        }
    }

    /** A session begins; its first publish has number 1. */
    int begin() {
        lock.lock();
        try {
            session++;
            published = 0;
            up = true;
            blocked = false;
            return session;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next parcel to publish, which is counted as unconfirmed from now on; null when the session has ended. */
    @Nullable
    Numbered take(int of) throws InterruptedException {
        lock.lock();
        try {
            while (of == session && up && !closed) {
                if (!blocked && !waiting.isEmpty() && unconfirmed.size() < window) {
                    Parcel parcel = waiting.removeFirst();
                    parcel.returned = false;
                    unconfirmed.put(++published, parcel);
                    return new Numbered(published, parcel);
                }
                changed.await();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    void returned(int of, long number) {
        lock.lock();
        try {
            Parcel parcel = of == session ? unconfirmed.get(number) : null;
            if (parcel != null) {
                parcel.returned = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The broker has taken one publish, or all up to that number. */
    List<Settled> confirmed(int of, long number, boolean upTo) {
        lock.lock();
        try {
            List<Settled> settled = new ArrayList<>();
            if (of == session) {
                NavigableMap<Long, Parcel> these =
                        upTo ? unconfirmed.headMap(number, true) : unconfirmed.subMap(number, true, number, true);
                these.values().forEach(parcel -> {
                    bytes -= parcel.bytes();
                    settled.add(new Settled(parcel, parcel.returned ? Sent.UNROUTABLE : Sent.ACCEPTED));
                });
                these.clear();
                changed.signal();
            }
            return settled;
        } finally {
            lock.unlock();
        }
    }

    void blocked(int of, boolean now) {
        lock.lock();
        try {
            if (of == session) {
                blocked = now;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The session is over: what it has not confirmed waits for the next one. */
    void end(int of) {
        lock.lock();
        try {
            if (of == session && up) {
                up = false;
                unconfirmed.descendingMap().values().forEach(waiting::addFirst);
                unconfirmed.clear();
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether publishes can pass. */
    boolean flowing() {
        lock.lock();
        try {
            return up && !blocked && !closed;
        } finally {
            lock.unlock();
        }
    }

    /** This parcel cannot be published at all. */
    void drop(Parcel parcel) {
        lock.lock();
        try {
            if (waiting.remove(parcel) || unconfirmed.values().remove(parcel)) {
                bytes -= parcel.bytes();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes out what has waited too long, published or not. */
    List<Parcel> overdue(long now) {
        lock.lock();
        try {
            List<Parcel> overdue = new ArrayList<>();
            takeOverdue(waiting.iterator(), now, overdue);
            takeOverdue(unconfirmed.values().iterator(), now, overdue);
            if (!overdue.isEmpty()) {
                changed.signal();
            }
            return overdue;
        } finally {
            lock.unlock();
        }
    }

    private void takeOverdue(Iterator<Parcel> parcels, long now, List<Parcel> overdue) {
        while (parcels.hasNext()) {
            Parcel parcel = parcels.next();
            if (parcel.overdue(now)) {
                parcels.remove();
                bytes -= parcel.bytes();
                overdue.add(parcel);
            }
        }
    }

    /** Takes everything out and takes nothing more. */
    List<Parcel> close() {
        lock.lock();
        try {
            closed = true;
            List<Parcel> left = new ArrayList<>(unconfirmed.values());
            left.addAll(waiting);
            unconfirmed.clear();
            waiting.clear();
            bytes = 0;
            changed.signalAll();
            return left;
        } finally {
            lock.unlock();
        }
    }
}
