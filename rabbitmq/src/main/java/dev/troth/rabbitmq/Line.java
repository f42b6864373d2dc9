package dev.troth.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport.Receiver;
import dev.troth.spi.TransportException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection for listening and everybody who listens on it. One thread keeps it as it should be: whenever something says
 * that it may not be (a new listener, a lost connection, a cancelled consumer), it looks at everything and mends what is broken,
 * again and again until nothing is. The connection is made when the first one listens.
 */
final class Line {
    private static final Logger LOG = LoggerFactory.getLogger(Line.class);
    private static final long JOIN_MILLIS = 5_000;
    private static final long CAREFUL_MILLIS = 5_000;
    private static final long CALM_NANOS = 5_000_000_000L;

    private final RabbitOptions options;
    private final Topology topology;
    private final Threads threads;
    private final Wire wire;
    private final DeadLetters deadLetters;
    private final Dialer dialer;
    private final Sieve sieve;
    private final Backoff backoff;
    private final Set<Listening> all = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final LongSupplier nanoTime;
    private volatile boolean closed;
    private volatile boolean up;
    private final Complaint complaint = new Complaint(LOG);
    private @Nullable Connection connection; // the thread's own, as all below
    private boolean shaken;
    private long lastShaken;
    private boolean unreadable;
    private boolean careful;

    Line(
            RabbitOptions options,
            Topology topology,
            Threads threads,
            Wire wire,
            DeadLetters deadLetters,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.options = options;
        this.topology = topology;
        this.threads = threads;
        this.wire = wire;
        this.deadLetters = deadLetters;
        this.dialer = new Dialer(options, "listen", threads);
        this.sieve = new Sieve(options, threads, deadLetters);
        this.nanoTime = nanoTime;
        this.backoff = new Backoff(random);
        this.thread = threads.start("listener", this::run);
    }

    Wire wire() {
        return wire;
    }

    DeadLetters deadLetters() {
        return deadLetters;
    }

    Threads threads() {
        return threads;
    }

    int maxDeliveries() {
        return options.maxDeliveries();
    }

    boolean closed() {
        return closed;
    }

    /** Whether everybody who should is listening. */
    boolean whole() {
        return all.stream().allMatch(Listening::flowing);
    }

    // ---------------------------------------------------------------- on any thread

    Listening listen(Address address, int window, Receiver receiver) {
        Listening listening = new Listening(this, address, window, receiver);
        all.add(listening);
        later(() -> {});
        if (closed) {
            throw closed(address);
        }
        if (!options.startsWithoutBroker()) {
            await(listening);
        }
        return listening;
    }

    private void await(Listening listening) {
        try {
            listening.started().get(options.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException refused) {
            all.remove(listening);
            throw refused.getCause() instanceof TransportException known
                    ? known
                    : new TransportException("Listening at " + listening.address() + " failed", refused.getCause());
        } catch (TimeoutException tooLong) {
            listening.close();
            throw new TransportException(
                    "Listening at " + listening.address() + " did not start within " + options.startTimeout() + ": "
                            + (complaint.toString().isEmpty() ? "the broker does not answer" : complaint)
                            + ". Nothing was started and it is not tried again."
                            + " RabbitOptions.startWithoutBroker() lets a service start without its broker.",
                    tooLong);
        } catch (InterruptedException e) {
            listening.close();
            Thread.currentThread().interrupt();
            throw new TransportException("Interrupted while starting to listen at " + listening.address(), e);
        }
    }

    private static TransportException closed(Address address) {
        return new TransportException("Cannot listen at " + address + ": the transport is closed.", null);
    }

    boolean remove(Listening listening) {
        return all.remove(listening);
    }

    /** A flow was lost: another one takes its place. */
    void lost(Listening listening, Flow flow) {
        later(() -> {
            shaken = true;
            lastShaken = nanoTime.getAsLong();
            listening.abandon(flow);
        });
    }

    /** Closes a channel without waiting: one that is stuck in the broker answers after ten seconds or never. */
    void abort(Channel channel) {
        try {
            threads.shutdown().execute(() -> {
                try {
                    channel.abort();
                } catch (IOException | AlreadyClosedException gone) {
                    LOG.debug("channel was closed already", gone);
                }
            });
        } catch (RejectedExecutionException closing) {
            LOG.debug("channel ends with its connection");
        }
    }

    private void later(Runnable task) {
        tasks.add(task);
    }

    /** Ends the thread and the connection; takes a few seconds at most, whatever the broker does. */
    void close() throws InterruptedException {
        closed = true;
        all.forEach(listening -> listening.started().completeExceptionally(closed(listening.address())));
        later(() -> {});
        if (thread == Thread.currentThread()) {
            return;
        }
        closing.countDown();
        sieve.close();
        thread.join(up ? JOIN_MILLIS / 2 : 100);
        if (thread.isAlive()) {
            dialer.hangUp();
            thread.join(JOIN_MILLIS / 2);
        }
    }

    // ---------------------------------------------------------------- on the line's own thread

    private void run() {
        boolean whole = true;
        try {
            while (!closed) {
                work(whole ? tasks.take() : tasks.poll(backoff.next().toMillis(), TimeUnit.MILLISECONDS));
                if (shaken) { // not at once: what is lost as soon as it is opened must not be opened for ever without a
                    // pause
                    shaken = false;
                    closing.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
                }
                whole = closed || mend();
                if (whole && nanoTime.getAsLong() - lastShaken > CALM_NANOS) {
                    backoff.reset();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            up = false;
            if (connection != null) {
                dialer.close(connection);
            }
        }
    }

    private void work(@Nullable Runnable first) {
        for (Runnable task = first; task != null; task = tasks.poll()) {
            try {
                task.run();
            } catch (RuntimeException e) { // the others must not suffer for it
                LOG.error("a step of listening failed: what it should have mended is mended with the next", e);
            }
        }
    }

    /** Returns whether everything is as it should be. */
    private boolean mend() throws InterruptedException {
        if (all.isEmpty()) {
            return true;
        }
        Connection current = connected();
        if (current == null) {
            return false;
        }
        boolean whole = !unreadable || sift();
        for (Listening listening : all) {
            whole &= listening.flowing() || mend(listening, current);
        }
        return whole;
    }

    /**
     * Something that cannot be read has ended the connection. If it is at the head of a queue, it is taken out; if not, everybody
     * listens with a window of one for a while, and then it will be. An instance's queue ended with the connection.
     */
    private boolean sift() throws InterruptedException {
        try {
            boolean found = false;
            for (Listening listening : all) {
                found |= !(listening.address() instanceof Address.Instance)
                        && sieve.clean(topology.queue(listening.address().toString()));
            }
            unreadable = false;
            if (!found && !careful) {
                careful = true;
                threads.later(() -> later(this::relax), CAREFUL_MILLIS);
            }
        } catch (DialException | IOException | RuntimeException e) {
            complaint.about("removing an unreadable message", options.broker(), e);
        }
        return !unreadable;
    }

    /** Everybody gets the window back that was asked for. */
    private void relax() {
        careful = false;
        Connection current = connection;
        for (Listening listening : all) {
            Flow narrow = listening.flow();
            if (narrow != null && current != null) {
                mend(listening, current); // if it fails, it is tried again
                narrow.stop();
            }
        }
    }

    private @Nullable Connection connected() {
        Connection current = connection;
        if (current != null && current.isOpen()) {
            return current;
        }
        up = false;
        connection = null;
        unreadable |= current != null && Sieve.unreadable(current.getCloseReason());
        try {
            current = dialer.dial();
        } catch (DialException e) {
            complaint.about("listening", options.broker(), e);
            if (e.refused()) {
                TransportException refusal =
                        new TransportException(e.getMessage() + ". Nothing was started and it is not tried again.", e);
                all.forEach(listening -> listening.started().completeExceptionally(refusal));
            }
            return null;
        }
        current.addShutdownListener(cause -> later(() -> {}));
        connection = current;
        complaint.settled();
        up = true;
        return current;
    }

    private boolean mend(Listening listening, Connection current) {
        try {
            listening.open(current, topology, careful);
        } catch (IOException | RuntimeException e) {
            TransportException refusal = topology.explain("Listening at " + listening.address(), e);
            complaint.about("listening at " + listening.address(), options.broker(), refusal == null ? e : refusal);
            if (refusal != null) {
                listening.started().completeExceptionally(refusal);
            }
            return false;
        }
        if (!all.contains(listening)) { // closed while it was being opened
            listening.stop();
        }
        return true;
    }
}
