package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.AlreadyClosedException;
import dev.troth.rabbitmq.toolbox.PublishException.Fate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes in the order in which it is asked to, on one channel at a time, with confirmations.
 *
 * <pre>
 *   publish ── room in the window? ──► queue ── writer's thread ──► channel ──► broker
 *                                        │ too long: NOT_SENT          │ ack: Confirmed, or Returned if it came back before
 *                                        ▼                             │ nack: REFUSED
 *                                      future ◄────────────────────────┘ channel lost, or no answer: UNKNOWN
 * </pre>
 *
 * <p>What was written is never written again. What was not, waits for the next channel; a write that hangs for longer than the
 * time-out costs its connection, so that there is a next one. Exactly one of all who could end a parcel
 * does ({@link Parcel#end}), and gives its place in the window free.
 */
final class Publishing implements AutoCloseable {
    /** Carries the number of a mandatory publish, by which a returned message is known again. */
    static final String SEND_HEADER = "troth-send";

    private static final Logger LOG = LoggerFactory.getLogger(Publishing.class);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration BORROW = Duration.ofSeconds(1);
    private static final int CALLBACK_THREADS = 2;

    private final ChannelPool pool;
    private final Duration timeout;
    private final int window;
    private final Semaphore room;
    private final LinkedBlockingDeque<Parcel> queue = new LinkedBlockingDeque<>(); // bounded by the window
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService callbacks;
    private final Thread writer;
    private volatile @Nullable Parcel inHand; // of the writer, as long as it is not written
    private volatile @Nullable Unconfirmed current;
    private volatile @Nullable Exception lastFailure;

    Publishing(ChannelPool pool, ToolboxOptions options) {
        this.pool = pool;
        this.timeout = options.publishTimeout();
        this.window = options.window();
        this.room = new Semaphore(window);
        this.callbacks = new ThreadPoolExecutor(
                CALLBACK_THREADS,
                CALLBACK_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> daemon("callback", task));
        this.writer = daemon("writer", this::write);
        writer.start();
        pool.threads().every(Duration.ofMillis(Math.min(LOOK.toMillis(), timeout.toMillis())), this::expire);
    }

    private static Thread daemon(String purpose, Runnable task) {
        Thread thread = new Thread(task, "troth-rabbit-publish-" + purpose);
        thread.setDaemon(true);
        return thread;
    }

    /** Waits for room in the window, at most for the time-out; not for the broker. */
    CompletableFuture<PublishOutcome> publish(OutgoingMessage message) {
        Parcel parcel = new Parcel(message);
        try {
            if (!room.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                return refused(parcel, "the window of " + window + " publishes was full for " + timeout + state());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(parcel, "the wait for room in the window of " + window + " was interrupted");
        }
        return accept(new Parcel(message));
    }

    /** Empty if there is no room in the window now. */
    Optional<CompletableFuture<PublishOutcome>> tryPublish(OutgoingMessage message) {
        return room.tryAcquire() ? Optional.of(accept(new Parcel(message))) : Optional.empty();
    }

    private CompletableFuture<PublishOutcome> accept(Parcel parcel) {
        queue.addLast(parcel);
        if (closed()) {
            drain();
        }
        return parcel.future;
    }

    private static CompletableFuture<PublishOutcome> refused(Parcel parcel, String why) {
        return CompletableFuture.failedFuture(
                new PublishException(Fate.NOT_SENT, "A " + parcel.message + " was not sent: " + why + ".", null));
    }

    private String state() {
        Exception failure = lastFailure;
        return failure == null ? "" : ". The last attempt to reach the broker failed: " + failure.getMessage();
    }

    private boolean closed() {
        return closing.getCount() == 0;
    }

    private void write() {
        try {
            while (!closed()) {
                Parcel next = inHand;
                if (next == null) {
                    next = queue.pollFirst(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                    inHand = next;
                }
                if (next != null && (next.isOver() || written(next))) {
                    inHand = null;
                }
            }
        } catch (InterruptedException closingNow) {
            LOG.debug("the writer ends", closingNow);
        } finally {
            drain();
        }
    }

    /** Whether it needs no further attempt. */
    private boolean written(Parcel parcel) throws InterruptedException {
        Unconfirmed line = line();
        if (line == null || pool.blocked(line.channel(), LOOK)) {
            return false;
        }
        if (!parcel.beginWriting()) {
            return true;
        }
        try {
            line.write(parcel);
            return true;
        } catch (AlreadyClosedException notWritten) {
            lastFailure = notWritten;
            line.forget(parcel);
            parcel.notWritten();
            line.lost(notWritten);
            return false;
        } catch (IOException | RuntimeException e) {
            lastFailure = e;
            line.channel().discard();
            line.lost(e);
            return true;
        }
    }

    private @Nullable Unconfirmed line() throws InterruptedException {
        Unconfirmed line = current;
        if (line != null && line.channel().sound()) {
            return line;
        }
        if (line != null) {
            line.channel().discard();
            line.lost(null);
            current = null;
        }
        try {
            Unconfirmed made = open();
            lastFailure = null;
            current = made;
            return made;
        } catch (IOException | RuntimeException e) {
            lastFailure = e;
            LOG.debug("no channel to publish on", e);
            boolean unused = closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            return null;
        }
    }

    private Unconfirmed open() throws IOException {
        PooledChannel borrowed = pool.keep(BORROW);
        try {
            return new Unconfirmed(borrowed, this);
        } catch (IOException | RuntimeException e) {
            borrowed.discard();
            throw e;
        }
    }

    /** Ends what has waited for too long. Out of the queue before its place in the window is free: so the window bounds it. */
    private void expire() {
        List<Parcel> late = new ArrayList<>();
        boolean unused = queue.removeIf(parcel -> expired(parcel) && late.add(parcel));
        Parcel held = inHand;
        if (held != null && expired(held)) {
            late.add(held);
        }
        late.forEach(parcel -> notSent(
                parcel,
                "was not sent within " + timeout + state()
                        + ". The connection is made again by itself; send it again later"));
        Unconfirmed line = current;
        if (line != null) {
            line.expire(timeout);
            if (line.hangs(timeout)) {
                pool.hangUp(line.channel()); // nobody else has a channel there
            }
        }
    }

    private boolean expired(Parcel parcel) {
        return parcel.olderThan(timeout) && parcel.endWaiting();
    }

    /** How many wait for the writer. */
    int queued() {
        return queue.size();
    }

    private void notSent(Parcel parcel, String what) {
        tell(
                parcel,
                () -> parcel.future.completeExceptionally(
                        new PublishException(Fate.NOT_SENT, "A " + parcel.message + " " + what + ".", lastFailure)));
    }

    void end(Parcel parcel, PublishOutcome outcome) {
        if (parcel.end()) {
            tell(parcel, () -> parcel.future.complete(outcome));
        }
    }

    void fail(Parcel parcel, Fate fate, String what, @Nullable Throwable cause) {
        if (parcel.end()) {
            tell(
                    parcel,
                    () -> parcel.future.completeExceptionally(
                            new PublishException(fate, "A " + parcel.message + " " + what + ".", cause)));
        }
    }

    private void tell(Parcel parcel, Runnable completion) {
        room.release();
        try {
            callbacks.execute(completion);
        } catch (RejectedExecutionException closed) {
            LOG.debug("told on this thread, because the toolbox is closed: {}", parcel.message, closed);
            completion.run();
        }
    }

    private void drain() {
        Parcel held = inHand;
        for (Parcel parcel = held == null ? queue.pollFirst() : held; parcel != null; parcel = queue.pollFirst()) {
            if (parcel.endWaiting()) {
                notSent(parcel, "was not sent: the toolbox is closed");
            }
        }
    }

    /** Ends all that is on its way: what was not written as NOT_SENT, what was and is not confirmed as UNKNOWN. */
    @Override
    public void close() {
        closing.countDown();
        writer.interrupt();
        drain();
    }

    /** To be called when the pool is closed, so that no write can hang. */
    void end() {
        try {
            writer.join(BORROW.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        drain();
        Unconfirmed line = current;
        if (line != null) {
            line.lost(null);
        }
        callbacks.shutdown();
    }
}
