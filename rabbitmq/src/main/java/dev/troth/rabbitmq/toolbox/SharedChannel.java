package dev.troth.rabbitmq.toolbox;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One channel that several threads use in turns, under a lock that one can wait for with a time-out, or only try. What a user does
 * to the channel (confirm mode, prefetch) stays for the next one, until it breaks: then the next one finds a new channel.
 *
 * <p>Safe for use by several threads. The lock is held during the work, so the work should be short.
 */
public final class SharedChannel implements AutoCloseable {
    private final ChannelPool pool;
    private final Duration borrowTimeout;
    private final NamedLock turn = new NamedLock(); // guards who uses the channel; nobody needs it to close
    private volatile @Nullable PooledChannel current;
    private volatile boolean closed;

    SharedChannel(ChannelPool pool, Duration borrowTimeout) {
        this.pool = pool;
        this.borrowTimeout = borrowTimeout;
    }

    private static final class NamedLock extends ReentrantLock {
        private static final long serialVersionUID = 1L;

        NamedLock() {
            super(true);
        }

        /** For people; it may be somebody else by now. */
        String holder() {
            Thread owner = getOwner();
            return owner == null ? "a thread that has just left" : "thread '" + owner.getName() + "'";
        }
    }

    /**
     * Does the work when it is this thread's turn. A thread that has its turn may call this again.
     *
     * @param patience for how long to wait for one's turn, in order of arrival
     * @throws ChannelBusyException if it was not this thread's turn in time: the work was not done
     * @throws BorrowException if there is no channel
     */
    public <T> T with(Duration patience, ChannelWork<T> work) throws IOException {
        long start = System.nanoTime();
        try {
            if (!turn.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw busy(start, turn.holder() + " uses it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy(start, "the wait was interrupted");
        }
        return locked(work);
    }

    private ChannelBusyException busy(long start, String why) {
        Duration waited = Duration.ofNanos(System.nanoTime() - start);
        return new ChannelBusyException(
                "A shared channel of " + pool + " was not to be had within " + waited.toMillis() + " ms: " + why + ", "
                        + turn.getQueueLength() + " more wait. Nothing was sent. Be more patient, or share it among"
                        + " fewer threads.",
                waited);
    }

    /** Does the work if nobody uses the channel now, and returns what comes of it; empty if somebody does. Does not wait. */
    public <T> Optional<T> tryWith(ChannelWork<T> work) throws IOException {
        return turn.tryLock() ? Optional.of(locked(work)) : Optional.empty();
    }

    private <T> T locked(ChannelWork<T> work) throws IOException {
        try {
            return work.with(sound().channel());
        } finally {
            turn.unlock();
        }
    }

    private PooledChannel sound() {
        PooledChannel present = current;
        if (present == null || !present.sound()) {
            if (present != null) {
                present.close();
            }
            requireOpen();
            present = pool.keep(borrowTimeout);
            current = present;
        }
        if (closed) {
            present.discard(); // closed while it was borrowed
            requireOpen();
        }
        return present;
    }

    private void requireOpen() {
        if (closed) {
            throw new ToolboxException("This shared channel of " + pool + " is closed. Nothing was sent.", 0, null);
        }
    }

    /** Gives the channel back at once, also when somebody uses it: that work finds it closed. Never waits for the lock. */
    @Override
    public void close() {
        closed = true;
        PooledChannel present = current;
        if (present != null) {
            present.discard();
        }
    }
}
