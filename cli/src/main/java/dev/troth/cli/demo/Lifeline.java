package dev.troth.cli.demo;

import dev.troth.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** All timers and threads of one service in this JVM, so that they can be taken from it at once. */
final class Lifeline implements Scheduler {
    private final InstantSource clock;
    private final ScheduledExecutorService timer;
    private final ExecutorService workers;
    private volatile boolean cut;

    Lifeline(String name, InstantSource clock) {
        this.clock = clock;
        ThreadFactory daemons = task -> {
            Thread thread = new Thread(task, "demo-" + name);
            thread.setDaemon(true);
            return thread;
        };
        timer = new ScheduledThreadPoolExecutor(1, daemons, new ThreadPoolExecutor.DiscardPolicy());
        workers = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                daemons,
                new ThreadPoolExecutor.DiscardPolicy());
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Future<?> future = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public Executor workers() {
        return workers;
    }

    /** Nothing runs any more after this; the calling thread goes on. */
    void cut() {
        cut = true;
        timer.shutdownNow();
        workers.shutdownNow();
    }

    /** Keeps the calling thread for ever: it belongs to the dead. */
    void bury() {
        while (cut) {
            LockSupport.park(this);
            boolean unused = Thread.interrupted();
        }
    }

    @Override
    public void close() {
        cut();
    }
}
