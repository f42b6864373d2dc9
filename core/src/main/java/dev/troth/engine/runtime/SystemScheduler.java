package dev.troth.engine.runtime;

import dev.troth.spi.Scheduler;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The system's clock, one timer thread, and a thread per task: virtual ones where the JVM has them (21 and newer). */
public final class SystemScheduler implements Scheduler {
    private static final Logger log = LoggerFactory.getLogger(SystemScheduler.class);

    private final InstantSource clock = InstantSource.system();
    private final ScheduledThreadPoolExecutor timer;
    private final ExecutorService workers;

    /** Starts it, with virtual threads where the JVM has them; the name becomes part of the threads' names. */
    public SystemScheduler(String name) {
        this(name, true);
    }

    /** Starts it, and says whether there may be virtual threads. */
    public SystemScheduler(String name, boolean virtual) {
        timer = new ScheduledThreadPoolExecutor(1, daemons("troth-" + name + "-timer"));
        timer.setRemoveOnCancelPolicy(true);
        workers = virtual ? virtualThreads(name) : platformThreads(name);
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        if (timer.isShutdown()) {
            return () -> {};
        }
        Future<?> future = timer.schedule(() -> runLogged(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("code=TROTH-0901 A timer task failed; the transaction it belongs to is finished by recovery", e);
        }
    }

    @Override
    public Executor workers() {
        return workers;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdown();
    }

    /** The byte code is Java 17, so the factory of virtual threads is looked up by name. */
    private static ExecutorService virtualThreads(String name) {
        try {
            return (ExecutorService) MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invoke();
        } catch (Throwable notThere) {
            log.debug("service={} no virtual threads in this JVM, platform threads are used", name);
            return platformThreads(name);
        }
    }

    private static ExecutorService platformThreads(String name) {
        return Executors.newCachedThreadPool(daemons("troth-" + name + "-worker"));
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
