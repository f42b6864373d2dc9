package dev.troth.testkit.servers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another process does, where nothing tells when it has happened. */
final class Waiting {
    private static final Duration PAUSE = Duration.ofMillis(5);

    private Waiting() {}

    static void until(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("It did not happen within " + limit);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
