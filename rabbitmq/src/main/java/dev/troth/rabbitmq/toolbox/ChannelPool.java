package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.troth.rabbitmq.RabbitConnector;
import dev.troth.rabbitmq.toolbox.Trunk.Strand;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Channels to borrow, on a bounded number of connections. Nothing is connected before the first is borrowed. Channels and
 * connections that are lost are replaced when somebody waits for one; a channel that is not open is never handed out.
 *
 * <pre>
 *   borrow() ── idle channel? take it ──────────────────────────────► PooledChannel ── close() ──► idle, or closed
 *      │  none: wait, and let an opener thread work                        ▲
 *      └─► opener: connect if need be, open a channel, make it idle ───────┘
 * </pre>
 *
 * <p>All input and output happens on threads of its own, so the borrower's time-out holds whatever the broker does, and no lock is
 * held across it. Open channels are kept until they break. Safe for use by several threads. To borrow costs no round trip when a
 * channel is idle, one when a channel has to be opened, and several for a connection.
 */
public final class ChannelPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelPool.class);

    private final ToolboxOptions options;
    private final RabbitConnector connector;
    private final PoolThreads threads;
    private final List<Trunk> trunks;

    private final ReentrantLock lock = new ReentrantLock(); // guards all below, and the fields of trunks
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Strand> idle = new ArrayDeque<>();
    private final Set<PooledChannel> borrowed = Collections.newSetFromMap(new IdentityHashMap<>());
    private int waiting;
    private int opening;
    private int refusals;
    private boolean closed;
    private @Nullable Exception lastFailure;

    private ChannelPool(ToolboxOptions options, String purpose) {
        this.options = options;
        this.connector = RabbitConnector.of(options.broker(), options.virtualHost(), Integer.MAX_VALUE);
        this.trunks = IntStream.rangeClosed(1, options.maxConnections())
                .mapToObj(number -> new Trunk(connector.line(purpose + ' ' + number), options.maxChannels()))
                .toList();
        this.threads = new PoolThreads();
        if (!options.leakAfter().isZero()) {
            threads.every(options.leakAfter().dividedBy(4), this::warnOfLeaks);
        }
    }

    /**
     * A pool for the options' broker. It has to be closed.
     *
     * @param purpose shown in the broker's list of connections
     */
    public static ChannelPool open(ToolboxOptions options, String purpose) {
        return new ChannelPool(options, purpose);
    }

    /** As {@link #borrow(Duration)}, with {@link ToolboxOptions#borrowTimeout}. */
    public PooledChannel borrow() {
        return borrow(options.borrowTimeout());
    }

    /**
     * Borrows a channel. Give it back: {@code try (PooledChannel borrowed = pool.borrow(…))}.
     *
     * @throws BorrowException if there was none in time: with the numbers, and with what failed last if the broker is away. At once
     *     if the broker refuses the connection
     * @throws ToolboxException if the pool is closed
     */
    public PooledChannel borrow(Duration timeout) {
        boolean watched = !options.leakAfter().isZero();
        return take(timeout, watched ? new Throwable("borrowed here") : null);
    }

    /** A channel that is meant to be kept for long: no leak. */
    PooledChannel keep(Duration timeout) {
        return take(timeout, null);
    }

    /** Borrows a channel if one is idle now; never waits. */
    public Optional<PooledChannel> tryBorrow() {
        lock.lock();
        try {
            Strand free = closed ? null : takeIdle();
            return free == null
                    ? Optional.empty()
                    : Optional.of(lend(free, options.leakAfter().isZero() ? null : new Throwable("borrowed here")));
        } finally {
            lock.unlock();
        }
    }

    /** Borrows a channel, does the work, and gives it back. */
    public <T> T with(ChannelWork<T> work) throws IOException {
        try (PooledChannel borrowed = borrow()) {
            return work.with(borrowed.channel());
        }
    }

    /** A channel for several threads that take turns. It counts as one that is in use until it is closed. */
    public SharedChannel shared() {
        return new SharedChannel(this, options.borrowTimeout());
    }

    private PooledChannel take(Duration timeout, @Nullable Throwable place) {
        long start = System.nanoTime();
        lock.lock();
        try {
            int refusalsBefore = refusals;
            waiting++;
            try {
                Strand free = takeIdle();
                while (free == null) {
                    long left = timeout.toNanos() - (System.nanoTime() - start);
                    if (closed) {
                        throw new ToolboxException("The pool of channels of " + this + " is closed.", 0, null);
                    }
                    if (left <= 0 || refusals != refusalsBefore) {
                        throw tooLate(Duration.ofNanos(System.nanoTime() - start));
                    }
                    letOpen();
                    long unused = changed.awaitNanos(Math.min(left, pauseNanos()));
                    free = takeIdle();
                }
                return lend(free, place);
            } finally {
                waiting--;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BorrowException(
                    "Interrupted while waiting for a channel of " + this + ". Nothing was sent.",
                    state(),
                    Duration.ofNanos(System.nanoTime() - start),
                    e);
        } finally {
            lock.unlock();
        }
    }

    private BorrowException tooLate(Duration waited) {
        PoolState now = state();
        Exception failure = now.connections() == 0 ? lastFailure : null;
        String why = failure == null
                ? "Give channels back sooner, raise poolSize or borrowTimeout, or look for a channel that is not given"
                        + " back (TROTH-0720)."
                : "There is no connection: " + failure.getMessage()
                        + ". It is made as soon as one is wanted and possible.";
        return new BorrowException(
                "No channel of " + this + " after " + waited.toMillis() + " ms: " + now + ". Nothing was sent. " + why,
                now,
                waited,
                failure);
    }

    /** How long to wait before a trunk that failed may be tried again; for ever if none has to be. */
    private long pauseNanos() {
        return trunks.stream()
                .filter(trunk -> !trunk.busy && trunk.pauseNanos() > 0)
                .mapToLong(trunk -> Math.max(1, trunk.pauseNanos()))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private @Nullable Strand takeIdle() {
        Strand free = idle.pollFirst();
        while (free != null && !free.channel.isOpen()) {
            free.retire();
            free = idle.pollFirst();
        }
        return free;
    }

    private PooledChannel lend(Strand strand, @Nullable Throwable place) {
        PooledChannel lent = new PooledChannel(this, strand, place);
        borrowed.add(lent);
        return lent;
    }

    void giveBack(PooledChannel returned) {
        Strand strand = returned.strand();
        lock.lock();
        try {
            borrowed.remove(returned);
            if (closed) {
                return; // it goes with its connection
            }
            if (returned.reusable()) {
                idle.addFirst(strand);
                changed.signal();
                return;
            }
            threads.run(() -> abort(strand));
        } finally {
            lock.unlock();
        }
    }

    private void abort(Strand strand) {
        try {
            strand.channel.abort();
        } catch (IOException e) {
            LOG.debug("a channel did not close, it goes with its connection", e);
        }
        retired(strand);
    }

    /** Lets openers work if more are waiting than channels are idle or on their way. Under the lock. */
    private void letOpen() {
        for (Trunk trunk : trunks) {
            if (!closed && waiting > idle.size() + opening && trunk.hasRoom()) {
                trunk.busy = true;
                opening++;
                threads.run(() -> open(trunk));
            }
        }
    }

    private void open(Trunk trunk) {
        boolean more = true;
        while (more) {
            try {
                Connection connection = connection(trunk);
                Channel channel = connection.createChannel();
                more = opened(trunk, connection, channel);
            } catch (IOException | RuntimeException e) {
                failed(trunk, e);
                more = false;
            } catch (Throwable e) { // as when the system makes no more threads: it is busy no more, and tried again
                failed(trunk, new IllegalStateException("an error of this JVM, " + e, e));
                more = false;
            }
        }
    }

    private Connection connection(Trunk trunk) throws IOException {
        Connection present;
        lock.lock();
        try {
            present = trunk.connection;
        } finally {
            lock.unlock();
        }
        if (present != null && present.isOpen()) {
            return present;
        }
        Connection made = trunk.line.connect();
        boolean late;
        lock.lock();
        try {
            late = closed;
            trunk.connected(made);
        } finally {
            lock.unlock();
        }
        if (late) {
            trunk.line.close(made);
            throw new IOException("the pool is closed");
        }
        made.addShutdownListener(cause -> lost(trunk, made));
        made.addBlockedListener(reason -> blocked(trunk, made, true), () -> blocked(trunk, made, false));
        LOG.debug("pool connected broker=\"{}\"", this);
        return made;
    }

    /** Whether to open another one. */
    private boolean opened(Trunk trunk, Connection connection, @Nullable Channel channel) {
        boolean more;
        Strand strand = channel == null ? null : new Strand(trunk, connection, channel);
        lock.lock();
        try {
            if (strand == null) {
                trunk.full();
                trunk.pause();
            } else if (trunk.connection == connection) {
                trunk.channels++;
                idle.addLast(strand);
                changed.signal();
            }
            lastFailure = null;
            opening--;
            more = strand != null && !closed && waiting > idle.size() + opening && trunk.open() && trunk.mayGrow();
            if (more) {
                opening++;
            } else {
                trunk.busy = false;
                letOpen();
            }
        } finally {
            lock.unlock();
        }
        if (channel != null && strand != null) {
            channel.addShutdownListener(cause -> retired(strand)); // called at once if it is closed by now
        }
        return more;
    }

    private void failed(Trunk trunk, Exception failure) {
        Connection broken;
        lock.lock();
        try {
            broken = trunk.connection;
            trunk.disconnected();
            trunk.pause();
            trunk.busy = false;
            opening--;
            if (!closed) {
                lastFailure = failure;
                refusals += failure instanceof RabbitConnector.Refused ? 1 : 0;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        LOG.debug("no channel could be opened broker=\"{}\"", this, failure);
        if (broken != null) {
            trunk.line.close(broken);
        }
    }

    private void lost(Trunk trunk, Connection connection) {
        lock.lock();
        try {
            idle.removeIf(strand -> strand.connection == connection);
            if (trunk.connection == connection) {
                trunk.disconnected();
            }
            letOpen();
        } finally {
            lock.unlock();
        }
    }

    private void retired(Strand strand) {
        lock.lock();
        try {
            strand.retire();
            idle.remove(strand);
            letOpen();
        } finally {
            lock.unlock();
        }
    }

    private void blocked(Trunk trunk, Connection connection, boolean now) {
        lock.lock();
        try {
            if (trunk.connection == connection) {
                trunk.blocked = now;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the broker has blocked the channel's connection; waits so long at most for it to be otherwise. */
    boolean blocked(PooledChannel channel, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        Strand strand = channel.strand();
        lock.lockInterruptibly();
        try {
            while (!closed && strand.trunk.blocked && strand.trunk.connection == strand.connection && left > 0) {
                left = changed.awaitNanos(left);
            }
            return strand.trunk.blocked && strand.trunk.connection == strand.connection;
        } finally {
            lock.unlock();
        }
    }

    /** Tears the channel's connection down, with all that is on it: the only thing that ends a write which hangs. Does not wait. */
    void hangUp(PooledChannel channel) {
        Strand strand = channel.strand();
        boolean present;
        lock.lock();
        try {
            present = strand.trunk.connection == strand.connection;
        } finally {
            lock.unlock();
        }
        if (present) {
            LOG.warn("code=TROTH-0725 a write hangs, so its connection is torn down broker=\"{}\"", this);
            strand.trunk.line.hangUp();
        }
    }

    private void warnOfLeaks() {
        List<PooledChannel> overdue = new ArrayList<>();
        lock.lock();
        try {
            borrowed.stream().filter(each -> isOverdue(each) && each.report()).forEach(overdue::add);
        } finally {
            lock.unlock();
        }
        overdue.forEach(each -> LOG.warn(
                "code=TROTH-0720 a channel is borrowed and not given back heldMillis={} limit={} pool=\"{}\"",
                TimeUnit.NANOSECONDS.toMillis(each.heldNanos()),
                options.leakAfter(),
                this,
                each.place()));
    }

    private boolean isOverdue(PooledChannel channel) {
        return channel.place() != null
                && channel.heldNanos() > options.leakAfter().toNanos();
    }

    /** The numbers of this moment. */
    public PoolState state() {
        lock.lock();
        try {
            return new PoolState(
                    (int) trunks.stream().filter(Trunk::open).count(),
                    (int) trunks.stream().filter(trunk -> trunk.blocked).count(),
                    trunks.stream().mapToInt(trunk -> trunk.channels).sum(),
                    idle.size(),
                    borrowed.size(),
                    waiting,
                    (int) borrowed.stream().filter(this::isOverdue).count(),
                    options.maxConnections() * options.maxChannels());
        } finally {
            lock.unlock();
        }
    }

    /** The virtual host of its channels. */
    public String virtualHost() {
        return connector.virtualHost();
    }

    PoolThreads threads() {
        return threads;
    }

    /**
     * Closes all connections, by force those that do not answer within 2 s; who waits for a channel gets an exception, who uses one
     * finds it closed. Waits for nobody who holds a channel or a {@link SharedChannel}'s lock. Does nothing the second time.
     */
    @Override
    public void close() {
        List<Runnable> closings = new ArrayList<>();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            idle.clear();
            for (Trunk trunk : trunks) {
                Connection present = trunk.connection;
                closings.add(present == null ? trunk.line::hangUp : () -> trunk.line.close(present));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        threads.runAll(closings);
        trunks.forEach(trunk -> trunk.line.hangUp());
        threads.close();
        connector.close();
    }

    /** Where and as whom, without the password. */
    @Override
    public String toString() {
        return connector.toString();
    }
}
