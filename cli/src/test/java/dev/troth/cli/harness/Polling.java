package dev.troth.cli.harness;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what other processes do, where nothing tells when it has happened. */
public final class Polling {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private Polling() {}

    /**
     * Asks again and again until nothing is wrong any more.
     *
     * @param limit for how long at most
     * @param wrong says what is wrong; empty if nothing is
     * @return how long it took
     * @throws AssertionError with what is still wrong after the limit
     */
    public static Duration untilNothing(Duration limit, Supplier<String> wrong) {
        long began = System.nanoTime();
        while (true) {
            String last = wrong.get();
            Duration passed = Duration.ofNanos(System.nanoTime() - began);
            if (last.isEmpty()) {
                return passed;
            }
            if (passed.compareTo(limit) > 0) {
                throw new AssertionError("After " + limit.toMillis() + " ms: " + last);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
