package dev.troth.engine.runtime;

import java.time.Duration;

/**
 * How an instance behaves.
 *
 * @param timeout from a transaction's start to its decision, unless it says otherwise
 * @param concurrency how many transactions may run at once
 * @param waiting how many more may wait to be run
 * @param payloadLimit the largest payload, in bytes
 * @param patience how long an in-doubt branch waits before it asks, and a decision before it is sent again
 */
public record Settings(Duration timeout, int concurrency, int waiting, int payloadLimit, Duration patience) {
    /** The longest time-out that a transaction may have: locks are held that long. */
    public static final Duration MAX_TIMEOUT = Duration.ofHours(1);

    /** What holds unless it is set. */
    public static final Settings DEFAULT =
            new Settings(Duration.ofSeconds(10), 64, 10_000, 1 << 20, Duration.ofSeconds(1));

    /** The pause before the n-th attempt (from 1): {@link #patience}, then twice that, ± 25 %. */
    public Duration pause(int attempt, double random) {
        long base = patience.toMillis() * (attempt > 1 ? 2 : 1);
        return Duration.ofMillis((long) (base * (0.75 + random / 2)));
    }
}
