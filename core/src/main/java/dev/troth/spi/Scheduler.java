package dev.troth.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Time, threads and waiting, as the engine sees them. In production it is the system's clock and real threads; a test can give it virtual
 * time. Safe for use by several threads.
 */
public interface Scheduler extends AutoCloseable {
    /** The clock of this process. It never decides an outcome: the databases' clocks do. */
    Instant now();

    /** Runs a task once after a delay. The task must be quick and must not block. */
    Timer after(Duration delay, Runnable task);

    /** Runs tasks that may block, as many at once as are given to it: admission is the caller's duty. */
    Executor workers();

    /**
     * Blocks the calling thread until the future has completed, in whatever way, or the time is over. The engine waits for itself
     * only here, so that time which is virtual can pass meanwhile.
     *
     * @return whether it has completed
     * @throws InterruptedException if the thread was interrupted before
     */
    default boolean await(CompletableFuture<?> future, Duration atMost) throws InterruptedException {
        try {
            var unused = future.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException completed) {
            return true;
        } catch (TimeoutException over) {
            return false;
        }
    }

    /** Stops timers and threads. Does nothing the second time. */
    @Override
    void close();

    /** A task that waits for its time. */
    @FunctionalInterface
    interface Timer {
        /** Does not run it any more, if it has not run yet. */
        void cancel();
    }
}
