package dev.troth.cli.harness;

import java.util.Collection;
import java.util.List;

/**
 * How measured times are spread, in milliseconds.
 *
 * @param count how many there are
 * @param p50 half of them are at most this
 * @param p99 and 99 of 100 at most this
 * @param max the longest
 */
public record Spread(int count, long p50, long p99, long max) {
    /** Of these times. */
    public static Spread of(Collection<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        return sorted.isEmpty()
                ? new Spread(0, 0, 0, 0)
                : new Spread(sorted.size(), at(sorted, 0.50), at(sorted, 0.99), at(sorted, 1));
    }

    private static long at(List<Long> sorted, double part) {
        return sorted.get((int) Math.ceil(part * sorted.size()) - 1);
    }
}
