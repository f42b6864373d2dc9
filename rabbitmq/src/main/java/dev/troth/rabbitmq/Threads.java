package dev.troth.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every thread of one transport, all daemons, named {@code troth-rabbit-…}:
 *
 * <pre>
 *   publisher    takes sends from the ledger to the broker, connects when it has to
 *   events       as publisher, for events, once there are any
 *   delays       declares what events that are sent for later wait in
 *   queues       declares and deletes the queues of branches, if there are any
 *   listener A   opens and reopens what listens at the address A
 *   worker-N     receivers and the completion of sends
 *   timer        expiry, delayed releases
 *   io-N         the client library's readers and heartbeats, two per connection
 *   shutdown-N   the client library's, while a connection closes
 * </pre>
 */
final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final AtomicInteger numbers = new AtomicInteger();
    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor timer;
    private final ExecutorService shutdown;

    Threads() {
        this(Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /** With at most so many workers; as many as there is work for if it is {@link Integer#MAX_VALUE}. */
    Threads(int most) {
        workers = most == Integer.MAX_VALUE
                ? new ThreadPoolExecutor(0, most, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), named("worker-"))
                : new ThreadPoolExecutor(
                        most, most, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("worker-"));
        workers.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, named("timer-"));
        timer.setRemoveOnCancelPolicy(true);
        shutdown = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                1,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                named("shutdown-"),
                new ThreadPoolExecutor.DiscardPolicy()); // what is closed while we close ends with its connection
    }

    ExecutorService workers() {
        return workers;
    }

    /** Runs the task on the timer's thread after a while; returns false when the transport is closing. */
    boolean later(Runnable task, long millis) {
        try {
            Future<?> unused = timer.schedule(task, millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException closing) {
            return false;
        }
    }

    /** As {@link #later}, unless the future is cancelled; null when the transport is closing. */
    @Nullable
    Future<?> unlessCancelled(Runnable task, long millis) {
        try {
            return timer.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            return null;
        }
    }

    /** Runs the task again and again, whatever one run of it throws, unless the transport is closing. */
    void every(long millis, Runnable task) {
        try {
            Future<?> unused = timer.scheduleWithFixedDelay(untiring(task), millis, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            LOG.debug("nothing is looked after any more: the transport closes");
        }
    }

    /** A timer runs no more what has thrown once. The first of several failures is told. */
    private static Runnable untiring(Runnable task) {
        AtomicBoolean failing = new AtomicBoolean();
        return () -> {
            try {
                task.run();
                failing.set(false);
            } catch (RuntimeException | Error e) {
                if (!failing.getAndSet(true)) {
                    LOG.error("code=TROTH-0706 a periodic task failed: it is run again", e);
                }
            }
        };
    }

    /** Completes what somebody waits for: on a worker, or here when there is none. */
    void complete(Runnable completions) {
        try {
            workers.execute(completions);
        } catch (RejectedExecutionException | OutOfMemoryError closedOrNoThreadLeft) {
            completions.run();
        }
    }

    ExecutorService shutdown() {
        return shutdown;
    }

    /** The client library renames the threads that it starts; these take their own name back as they begin. */
    ThreadFactory io() {
        ThreadFactory threads = named("io-");
        return task -> threads.newThread(() -> {
            Thread self = Thread.currentThread();
            self.setName("troth-rabbit-io (" + self.getName() + ')');
            task.run();
        });
    }

    Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, "troth-rabbit-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private ThreadFactory named(String purpose) {
        return task -> {
            Thread thread = new Thread(task, "troth-rabbit-" + purpose + numbers.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Closes a channel without waiting: one that is stuck in the broker answers after ten seconds or never. */
    void abort(Channel channel) {
        shutdown.execute(() -> {
            try {
                channel.abort();
            } catch (IOException | AlreadyClosedException gone) {
                LOG.debug("channel was closed already", gone);
            }
        });
    }

    /** Runs what is queued, then ends; waits at most 5 s, and not for the thread that calls it. */
    void close() throws InterruptedException {
        timer.shutdownNow();
        shutdown.shutdownNow();
        workers.shutdown();
        if (!Thread.currentThread().getName().startsWith("troth-rabbit-worker-")) {
            workers.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            timer.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            shutdown.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
