package dev.troth.testkit;

import dev.troth.message.Envelope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The time of an {@link InMemoryBroker}, and what waits for it. Used under the broker's lock. */
final class BrokerTime {
    private final boolean ticking;
    private final long began = System.nanoTime();
    private final Queue<Later> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Later::due).thenComparingLong(Later::number));
    private long passed;
    private long number;

    BrokerTime(boolean ticking) {
        this.ticking = ticking;
    }

    /** Something that was sent for later. */
    record Later(long due, long number, BrokerQueue queue, Envelope envelope) {}

    /** Nanoseconds since its start. */
    long now() {
        return (ticking ? System.nanoTime() - began : 0) + passed;
    }

    void pass(Duration duration) {
        passed += duration.toNanos();
    }

    /** Keeps it until its time has come; then the alarm is called, if time passes by itself. */
    void put(BrokerQueue queue, Envelope envelope, Duration delay, Runnable alarm) {
        waiting.add(new Later(now() + delay.toNanos(), number++, queue, envelope));
        if (ticking && !delay.isZero()) {
            CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(alarm);
        }
    }

    /** Takes what has waited long enough, in the order of its time. */
    List<Later> due() {
        long now = now();
        List<Later> due = new ArrayList<>();
        Later first = waiting.peek();
        while (first != null && first.due() <= now) {
            due.add(first);
            waiting.remove();
            first = waiting.peek();
        }
        return due;
    }

    int waiting() {
        return waiting.size();
    }

    /** What is not persistent is gone. */
    void crash() {
        waiting.removeIf(later -> !later.envelope().persistent());
    }
}
