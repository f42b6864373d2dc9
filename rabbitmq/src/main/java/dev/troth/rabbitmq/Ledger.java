package dev.troth.rabbitmq;

import dev.troth.spi.Transport.Sent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What was given to us to publish and is not settled, bounded, in one {@link Lane} per address; instances share one.
 *
 * <pre>
 *   add ──▶ waiting ──take──▶ unconfirmed ──confirmed──▶ accepted, or unroutable when it was returned before
 *              ▲                  │
 *              └──── end ─────────┘   the session ended: published again by the next one, in the old order
 * </pre>
 *
 * A parcel for later that would be taken while its delay is not declared waits aside, as {@link Undeclared}, and then goes back.
 *
 * A session is one connection's life; what comes late from an earlier one is ignored. Futures are never completed in here:
 * every method that settles parcels returns them.
 */
final class Ledger {
    /** Only a service that sends to more addresses than this makes some of them share a lane. */
    private static final int MAX_LANES = 64;

    private final int maxParcels;
    private final long maxBytes;

    private final ReentrantLock lock = new ReentrantLock(); // guards everything below
    private final Condition changed = lock.newCondition();
    private final Condition lacks = lock.newCondition();
    private final Undeclared undeclared = new Undeclared();
    private final List<Lane> lanes = new ArrayList<>();
    private final Map<String, Lane> laneOf = new HashMap<>();
    private int next;
    private int parcels;
    private long bytes;
    private int session;
    private boolean up;
    private boolean blocked;
    private boolean closed;

    Ledger(RabbitOptions options) {
        this.maxParcels = options.maxPendingMessages();
        this.maxBytes = options.maxPendingBytes();
    }

    /** What became of an {@link #add}. */
    enum Added {
        YES,
        FULL,
        CLOSED
    }

    /** Parcels of one publish with its number on their lane's channel, which has to be a new one for the first. */
    record Numbered(Lane lane, long number, List<Parcel> parcels) {
        boolean first() {
            return number == 1;
        }
    }

    /** What is to be declared in a session. */
    record Lacking(int session, Route route) {}

    /** A parcel and what became of it. */
    record Settled(Parcel parcel, Sent sent) {}

    Added add(Parcel parcel) {
        lock.lock();
        try {
            if (closed) {
                return Added.CLOSED;
            }
            if (parcels >= maxParcels || (parcels > 0 && bytes + parcel.bytes() > maxBytes)) {
                return Added.FULL;
            }
            Lane lane = lane(parcel.route().lane());
            lane.add(parcel);
            parcels++;
            bytes += parcel.bytes();
            wake(lane);
            return Added.YES;
        } finally {
            lock.unlock();
        }
    }

    private void wake(Lane lane) {
        if (lane.mayPublish()) {
            changed.signal();
        }
    }

    private Lane lane(String key) {
        Lane known = laneOf.get(key);
        if (known != null) {
            return known;
        }
        if (lanes.size() == MAX_LANES) {
            return lanes.get(Math.floorMod(key.hashCode(), MAX_LANES));
        }
        Lane fresh = new Lane();
        lanes.add(fresh);
        laneOf.put(key, fresh);
        return fresh;
    }

    /** A session begins; the first publish of each lane has number 1. */
    int begin() {
        lock.lock();
        try {
            session++;
            up = true;
            blocked = false;
            undeclared.restart();
            lacks.signal();
            return session;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next parcel to publish, of each lane in turn; null when the session has ended. */
    @Nullable
    Numbered take(int of) throws InterruptedException {
        lock.lock();
        try {
            while (of == session && up && !closed) {
                for (int i = 0; i < lanes.size() && !blocked; i++) {
                    next = (next + 1) % lanes.size();
                    if (publishes(lanes.get(next))) {
                        return lanes.get(next).publish();
                    }
                }
                changed.await();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean publishes(Lane lane) {
        while (lane.mayPublish()) {
            List<Parcel> lacking = lane.passOn(undeclared::lacks);
            if (lacking.isEmpty()) {
                return true;
            }
            lacking.forEach(undeclared::add);
            lacks.signal();
        }
        return false;
    }

    /** Waits for something to be declared, while publishes can pass; null when the ledger is closed. */
    @Nullable
    Lacking lacking() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                Optional<Route> route = up && !blocked ? undeclared.next() : Optional.empty();
                if (route.isPresent()) {
                    return new Lacking(session, route.get());
                }
                lacks.await();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** What waited for this to be declared goes back to where it was. */
    void declared(Lacking lacking) {
        lock.lock();
        try {
            if (lacking.session() == session && up) {
                undeclared.declared(lacking.route());
                lane(lacking.route().lane()).addFirst(undeclared.take(lacking.route()));
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes out what waited for this; nothing while no publish can pass: then it is tried again. */
    List<Parcel> undeclarable(Lacking lacking) {
        lock.lock();
        try {
            boolean flows = lacking.session() == session && up && !blocked;
            return flows ? forget(undeclared.take(lacking.route())) : List.of();
        } finally {
            lock.unlock();
        }
    }

    void returned(int of, Lane lane, long number) {
        lock.lock();
        try {
            List<Parcel> parcels = of == session ? lane.unconfirmed(number) : List.of();
            parcels.forEach(parcel -> parcel.returned = true);
        } finally {
            lock.unlock();
        }
    }

    /** The broker has taken one publish of a lane, or all up to that number. */
    List<Settled> confirmed(int of, Lane lane, long number, boolean upTo) {
        lock.lock();
        try {
            if (of != session) {
                return List.of();
            }
            List<Parcel> confirmed = forget(lane.confirmed(number, upTo));
            confirmed.stream()
                    .filter(parcel -> parcel.returned && parcel.route().isDelayed())
                    .forEach(parcel -> undeclared.missing(parcel.route()));
            wake(lane);
            return confirmed.stream()
                    .map(parcel -> new Settled(parcel, parcel.confirmed()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The broker has refused one publish of a lane, or all up to that number. The lane's channel is renewed. */
    List<Settled> refused(int of, Lane lane, long number, boolean upTo) {
        lock.lock();
        try {
            if (of != session) {
                return List.of();
            }
            List<Parcel> refused = forget(lane.refused(number, upTo));
            changed.signal();
            return refused.stream()
                    .map(parcel -> new Settled(parcel, Sent.REFUSED))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private List<Parcel> forget(List<Parcel> settled) {
        parcels -= settled.size();
        for (Parcel parcel : settled) {
            bytes -= parcel.bytes();
        }
        return settled;
    }

    void blocked(int of, boolean now) {
        lock.lock();
        try {
            if (of == session) {
                blocked = now;
                changed.signal();
                lacks.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The session is over: what it has not confirmed waits for the next one. Returns whether it was not over before. */
    boolean end(int of) {
        lock.lock();
        try {
            boolean ends = of == session && up;
            if (ends) {
                up = false;
                lanes.forEach(Lane::restart);
                changed.signal();
            }
            return ends;
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

    /** These cannot be published at all. */
    void drop(Numbered unfit) {
        lock.lock();
        try {
            forget(unfit.parcels().stream().filter(unfit.lane()::remove).toList());
        } finally {
            lock.unlock();
        }
    }

    /** Takes out what has waited too long, published or not. */
    List<Parcel> overdue(long now) {
        lock.lock();
        try {
            List<Parcel> overdue = new ArrayList<>(undeclared.overdue(now));
            lanes.forEach(lane -> overdue.addAll(lane.overdue(now)));
            return forget(overdue);
        } finally {
            lock.unlock();
        }
    }

    /** Takes everything out and takes nothing more. */
    List<Parcel> close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
            lacks.signal();
            List<Parcel> left = new ArrayList<>(undeclared.empty());
            lanes.forEach(lane -> left.addAll(lane.empty()));
            return forget(left);
        } finally {
            lock.unlock();
        }
    }
}
