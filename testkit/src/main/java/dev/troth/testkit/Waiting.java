package dev.troth.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what happens elsewhere, where nothing tells when it has happened: in a database, at a broker, in another process. */
public final class Waiting {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private Waiting() {}

    /** Something that can be asked for. */
    @FunctionalInterface
    public interface Question {
        /** Whether it has happened. */
        boolean ask() throws Exception;
    }

    /** Asks again and again, for a minute at most, until the answer is yes. */
    public static void until(Question question) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!question.ask()) {
            if (System.nanoTime() - end >= 0) {
                throw new AssertionError("It did not happen within " + PATIENCE);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
