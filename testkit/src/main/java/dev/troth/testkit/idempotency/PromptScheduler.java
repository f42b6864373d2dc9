package dev.troth.testkit.idempotency;

import dev.troth.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Lets nobody wait: every pause is over after a millisecond. */
final class PromptScheduler implements Scheduler {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(PromptScheduler::daemon);
    private final ExecutorService workers = Executors.newCachedThreadPool(PromptScheduler::daemon);

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "idempotency-proof-subscriber");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH; // nothing of a subscriber depends on it
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Future<?> waits = timer.schedule(task, Math.min(1, delay.toMillis()), TimeUnit.MILLISECONDS);
        return () -> waits.cancel(false);
    }

    @Override
    public ExecutorService workers() {
        return workers;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdown();
    }
}
