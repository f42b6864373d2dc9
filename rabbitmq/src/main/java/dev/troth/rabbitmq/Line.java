package dev.troth.rabbitmq;

import com.rabbitmq.client.Connection;
import dev.troth.protocol.Address;
import dev.troth.spi.Feed;
import dev.troth.spi.Transport.Receiver;
import dev.troth.spi.Transport.Subscription;
import dev.troth.spi.TransportException;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection and the one {@link Listening} on it. A thread keeps both as they should be: whenever something says that they
 * may not be (a lost connection, a cancelled consumer), it looks and mends, again and again until the listening flows.
 *
 * <p>Nobody shares the connection: a queue that does not answer makes the broker close the connection of its consumer once a
 * minute.
 */
final class Line {
    private static final Logger LOG = LoggerFactory.getLogger(Line.class);
    private static final long CAREFUL_MILLIS = 5_000;
    private static final long CALM_NANOS = 5_000_000_000L;

    private final Shared shared;
    private final Consumer<Line> ended;
    private final Listening listening;
    private final Dialer dialer;
    private final Sieve sieve;
    private final Complaint complaint = new Complaint(LOG);
    private final Backoff backoff = new Backoff();
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private @Nullable Connection connection; // the thread's own, as all below
    private boolean shaken;
    private long lastShaken;
    private boolean unreadable;
    private boolean careful;

    /**
     * A line that is not started yet.
     *
     * @param ended is told when it has ended, however that came
     */
    Line(Shared shared, Place place, int window, Receiver receiver, Consumer<Line> ended) {
        this.shared = shared;
        this.ended = ended;
        this.listening = new Listening(this, place, window, receiver);
        this.dialer = new Dialer(shared.options(), "listen " + place, shared.threads());
        this.sieve = new Sieve(shared.options(), shared.threads(), shared.deadLetters());
    }

    Shared shared() {
        return shared;
    }

    boolean closed() {
        return closing.getCount() == 0;
    }

    boolean flowing() {
        return listening.flowing();
    }

    // ---------------------------------------------------------------- on any thread

    /** Starts, waits until it listens, and throws when it does not in time; nothing is left then. */
    Subscription start() {
        thread = shared.threads().start("listener " + listening.place(), this::run);
        if (shared.options().startsWithoutBroker()) {
            return listening;
        }
        Place place = listening.place();
        try {
            listening.started().get(shared.options().startTimeout().toMillis(), TimeUnit.MILLISECONDS);
            return listening;
        } catch (ExecutionException refused) {
            close();
            throw refused.getCause() instanceof TransportException known
                    ? known
                    : new TransportException("Listening at " + place + " failed", refused.getCause());
        } catch (TimeoutException tooLong) {
            close();
            throw new TransportException(
                    "Listening at " + place + " did not start within "
                            + shared.options().startTimeout().toMillis() + " ms: "
                            + (complaint.toString().isEmpty() ? "the broker does not answer" : complaint)
                            + ". Nothing was started and it is not tried again."
                            + " RabbitOptions.startWithoutBroker() lets a service start without its broker.",
                    tooLong);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new TransportException("Interrupted while starting to listen at " + place, e);
        }
    }

    /** A flow was lost: another one takes its place. */
    void lost(Flow flow) {
        tasks.add(() -> {
            shaken = true;
            lastShaken = System.nanoTime();
            listening.abandon(flow);
        });
    }

    /** Runs a step on the line's own thread. */
    void perform(Runnable step) {
        tasks.add(step);
    }

    /** Ends soon, without waiting for that. */
    void close() {
        closing.countDown();
        listening
                .started()
                .completeExceptionally(new TransportException(
                        "Cannot listen at " + listening.place() + ": the transport is closed.", null));
        sieve.close();
        tasks.add(() -> {});
        if (!listening.flowing()) {
            dialer.hangUp(); // it connects, or waits for an answer
        }
    }

    /** Waits until it has ended; returns whether it has. */
    boolean join(long millis) throws InterruptedException {
        Thread running = thread;
        if (running == null || running == Thread.currentThread()) {
            return true;
        }
        running.join(Math.max(1, millis));
        return !running.isAlive();
    }

    /** Tears the connection down, whatever the broker does. */
    void hangUp() {
        dialer.hangUp();
    }

    // ---------------------------------------------------------------- on the line's own thread

    /** The one that is open at this moment, if any. */
    @Nullable
    Connection connection() {
        Connection current = connection;
        return current != null && current.isOpen() ? current : null;
    }

    private void run() {
        try {
            while (!closed()) {
                boolean whole = mended();
                if (whole && System.nanoTime() - lastShaken > CALM_NANOS) {
                    backoff.reset();
                }
                work(whole ? tasks.take() : tasks.poll(backoff.next().toMillis(), TimeUnit.MILLISECONDS));
                if (shaken) { // what is lost as soon as it is opened must not be opened for ever without a pause
                    shaken = false;
                    closing.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void end() {
        try {
            if (connection != null) {
                listening.flush();
                dialer.close(connection);
            }
        } finally {
            ended.accept(this);
        }
    }

    /** As {@link #mend}; whatever it throws, it is tried again. */
    private boolean mended() throws InterruptedException {
        try {
            return mend();
        } catch (RuntimeException | Error e) {
            complaint.about(
                    "listening at " + listening.place(), shared.options().broker(), e);
            return false;
        }
    }

    private void work(@Nullable Runnable first) {
        for (Runnable task = first; task != null; task = tasks.poll()) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "code=TROTH-0706 a step of listening failed: what it should have mended is mended with the next",
                        e);
            }
        }
    }

    /** Returns whether everything is as it should be. */
    private boolean mend() throws InterruptedException {
        if (listening.flowing()) {
            return true;
        }
        if (listening.closed()) {
            close(); // what was not settled is delivered again, to somebody else
            return true;
        }
        Connection current = connected();
        return current != null && (!unreadable || sift()) && open(current);
    }

    /**
     * Something that cannot be read has ended the connection. If it is at the head of the queue, it is taken out; if not, the
     * window is one for a while, and then it will be. An instance's queue ended with the connection.
     */
    private boolean sift() throws InterruptedException {
        Place place = listening.place();
        try {
            boolean found = !(place.address() instanceof Address.Instance)
                    && sieve.clean(shared.topology().queue(place.key()));
            unreadable = false;
            if (!found && !careful) {
                careful = true;
                shared.threads().later(() -> tasks.add(this::relax), CAREFUL_MILLIS);
            }
        } catch (DialException | IOException | RuntimeException e) {
            complaint.about("removing an unreadable message", shared.options().broker(), e);
        }
        return !unreadable;
    }

    /**
     * The window is again what was asked for. In order, the narrow flow is lost as others are: if its consumer were only cancelled, the broker
     * would give what follows to another instance while something is unsettled here.
     */
    private void relax() {
        careful = false;
        Flow narrow = listening.flow();
        if (narrow != null && listening.place().feed().filter(Feed::inOrder).isPresent()) {
            listening.abandon(narrow);
        } else if (narrow != null && connection != null) {
            open(connection); // if it fails, it is tried again
            narrow.stop();
        }
    }

    private @Nullable Connection connected() {
        Connection current = connection;
        if (current != null && current.isOpen()) {
            return current;
        }
        connection = null;
        unreadable |= current != null && Sieve.unreadable(current.getCloseReason());
        try {
            current = dialer.dial();
        } catch (DialException e) {
            complaint.about("listening", shared.options().broker(), e);
            if (e.refused()) {
                listening
                        .started()
                        .completeExceptionally(new TransportException(
                                e.getMessage() + ". Nothing was started and it is not tried again.", e));
            }
            return null;
        }
        current.addShutdownListener(cause -> tasks.add(() -> {}));
        connection = current;
        return current;
    }

    private boolean open(Connection current) {
        try {
            listening.open(current, shared.topology(), careful);
            complaint.settled();
            if (listening.closed()) { // meanwhile, when there was nothing to stop yet
                close();
            }
            return true;
        } catch (IOException | RuntimeException e) {
            TransportException refusal = shared.topology().explain("Listening at " + listening.place(), e);
            if (refusal == null || !told(refusal)) {
                complaint.about(
                        "listening at " + listening.place(), shared.options().broker(), refusal == null ? e : refusal);
            }
            return false;
        }
    }

    /** Whether whoever waits for the start hears of it, so that nobody else has to. */
    private boolean told(TransportException refusal) {
        return listening.started().completeExceptionally(refusal)
                && !shared.options().startsWithoutBroker();
    }
}
