package dev.troth.rabbitmq;

import java.time.Duration;

/**
 * The rungs of the ladder of delays. A queue per delay would be a queue for every jitter, and a queue with several delays holds a
 * short one up behind a long one; so delays are rounded up, by an eighth at most, to 128 ms or one of eight steps between each power of
 * two and the next. A service that waits for up to a day has met at most 160 queues; one with a policy of ten attempts, ten or twenty.
 */
final class Delays {
    private static final long SHORTEST = 128;
    private static final Duration LONGEST = Duration.ofDays(40); // the broker's are under 2^32 ms

    private Delays() {}

    /** The shortest rung that is at least so long. */
    static Duration rung(Duration atLeast) {
        long millis = Math.max(SHORTEST, Math.min(atLeast.toMillis(), LONGEST.toMillis()));
        long step = Math.max(1, Long.highestOneBit(millis - 1) / 8);
        return Duration.ofMillis((millis + step - 1) / step * step);
    }
}
