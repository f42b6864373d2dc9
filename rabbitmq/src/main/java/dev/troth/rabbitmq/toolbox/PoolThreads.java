package dev.troth.rabbitmq.toolbox;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
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
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration LEAST_PERIOD = Duration.ofMillis(10);

    private final ThreadFactory maker;
    private final AtomicInteger numbers = new AtomicInteger();
    private final ThreadPoolExecutor openers =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), this::daemon);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, this::daemon);

    PoolThreads() {
        this(Thread::new);
    }

    PoolThreads(ThreadFactory maker) {
        this.maker = maker;
        timer.setRemoveOnCancelPolicy(true);
        boolean unused = timer.prestartCoreThread(); // so that it is there when the system makes no more threads
    }

    private Thread daemon(Runnable task) {
        Thread thread = maker.newThread(task);
        thread.setName("troth-rabbit-pool-" + numbers.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Runs what may block, as soon as there is a thread for it; not once it is closed. */
    void run(Runnable task) {
        try {
            openers.execute(task);
        } catch (RejectedExecutionException closing) {
            LOG.debug("not run, because the pool is closing", closing);
        } catch (OutOfMemoryError noThread) {
            LOG.warn("code=TROTH-0726 no thread could be made, it is tried again after {}", AGAIN, noThread);
            later(AGAIN, task);
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
