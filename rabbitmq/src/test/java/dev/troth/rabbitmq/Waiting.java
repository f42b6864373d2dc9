package dev.troth.rabbitmq;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what sends no signal: a broker that notices something, a message that expires. */
final class Waiting {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private Waiting() {}

    /** Something that can be asked for. */
    interface Question {
        boolean ask() throws Exception;
    }

    /** Asks again and again, at most 60 s, until the answer is yes. */
    static void until(Question question) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!question.ask()) {
            if (System.nanoTime() - end >= 0) {
                throw new AssertionError("It did not become so within " + PATIENCE);
            }
            pass(PAUSE);
        }
    }

    /** Lets time pass. */
    static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
