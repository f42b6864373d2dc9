package dev.troth.cli.demo;

import dev.troth.cli.process.EventLine;
import dev.troth.protocol.Gid;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes down what happens in a scene: what the services tell, and notes of those who watch. Safe for use by several threads. */
final class Timeline {
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<EventLine> events = new ArrayList<>(); // guarded by lock, as are the next two
    private final List<Entry> notes = new ArrayList<>();
    private @Nullable Instant start;

    Timeline(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * One line.
     *
     * @param at when
     * @param who the service, or who else
     * @param text what it does
     */
    record Entry(Instant at, String who, String text) {}

    /** A new scene. */
    void begin() {
        lock.lock();
        try {
            events.clear();
            notes.clear();
            start = clock.instant();
        } finally {
            lock.unlock();
        }
    }

    /** The clock of the scenes. */
    InstantSource clock() {
        return clock;
    }

    /** When the scene began. */
    Instant start() {
        lock.lock();
        try {
            return Objects.requireNonNull(start, "no scene has begun");
        } finally {
            lock.unlock();
        }
    }

    /** Whether a scene has begun. */
    boolean running() {
        lock.lock();
        try {
            return start != null;
        } finally {
            lock.unlock();
        }
    }

    void hear(EventLine event) {
        lock.lock();
        try {
            events.add(event);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void note(String who, String text) {
        lock.lock();
        try {
            notes.add(new Entry(clock.instant(), who, text));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until that service has told an event of that type in this scene, of a transaction that began in it. */
    EventLine await(String service, String type, Duration limit) {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (true) {
                Set<Gid> mine = mine();
                Optional<EventLine> found = events.stream()
                        .filter(e -> e.service().equals(service) && e.type().equals(type) && mine.contains(e.gid()))
                        .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                if (left <= 0) {
                    throw new DemoException(
                            "The " + service + " service has not told '" + type + "' within " + limit.toSeconds()
                                    + " s",
                            null);
                }
                left = more.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("Interrupted while waiting for the " + service + " service", e);
        } finally {
            lock.unlock();
        }
    }

    /** Transactions of earlier scenes may still have something to tell; that belongs to them. */
    private Set<Gid> mine() {
        return events.stream()
                .filter(event -> event.type().equals("Begun"))
                .map(EventLine::gid)
                .collect(Collectors.toSet());
    }

    /** Everything so far, in the order in which it happened. */
    List<Entry> entries() {
        lock.lock();
        try {
            Set<Gid> mine = mine();
            List<Entry> all = new ArrayList<>(notes);
            events.stream()
                    .filter(event -> mine.contains(event.gid()))
                    .forEach(event -> all.add(new Entry(event.at(), event.service(), event.text())));
            all.sort(Comparator.comparing(Entry::at));
            return all;
        } finally {
            lock.unlock();
        }
    }
}
