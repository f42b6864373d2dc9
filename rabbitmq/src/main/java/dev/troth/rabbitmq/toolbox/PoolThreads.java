package dev.troth.rabbitmq.toolbox;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads on which one pool connects, opens, closes and looks after itself; all daemons, named {@code troth-rabbit-…}. */
final class PoolThreads {
    private static final Logger LOG = LoggerFactory.getLogger(PoolThreads.class);
    private static final Duration CLOSE = Duration.ofSeconds(6);
    private static final Duration LEAST_PERIOD = Duration.ofMillis(10);

    private final AtomicInteger numbers = new AtomicInteger();
    private final ThreadPoolExecutor openers =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), this::daemon);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, this::daemon);

    PoolThreads() {
        timer.setRemoveOnCancelPolicy(true);
    }

    private Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "troth-rabbit-pool-" + numbers.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Runs what may block; not once it is closed. */
    void run(Runnable task) {
        try {
            openers.execute(task);
        } catch (RejectedExecutionException closing) {
            LOG.debug("not run, because the pool is closing", closing);
        }
    }

    /** Runs the task after a while, on a thread that may block; not once it is closed. */
    void later(Duration delay, Runnable task) {
        try {
            Future<?> unused = timer.schedule(() -> run(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            LOG.debug("not run later, because the pool is closing", closing);
        }
    }

    /** Runs a short task again and again. */
    void every(Duration period, Runnable task) {
        long millis = Math.max(LEAST_PERIOD.toMillis(), period.toMillis());
        Future<?> unused = timer.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Runs all of them at once, and waits at most 6 s for them. */
    void runAll(List<Runnable> tasks) {
        CompletableFuture<?> all = CompletableFuture.allOf(tasks.stream()
                .map(task -> CompletableFuture.runAsync(task, openers))
                .toArray(CompletableFuture<?>[]::new));
        try {
            all.get(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("code=TROTH-0721 a connection or consumer did not close in order; it is torn down", e);
        }
    }

    void close() {
        timer.shutdownNow();
        openers.shutdown();
    }
}
