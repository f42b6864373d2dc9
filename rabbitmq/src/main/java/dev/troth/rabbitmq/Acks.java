package dev.troth.rabbitmq;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acks of one channel on their way to the broker: many together, as soon as they are a part of the window that the broker would miss, and after some
 * milliseconds in any case. Who dies with some of them gets those deliveries again, or somebody else does.
 */
final class Acks {
    private static final Logger LOG = LoggerFactory.getLogger(Acks.class);
    private static final long PAUSE_MILLIS = 10;

    private final Channel channel;
    private final int most;
    private final Threads threads;
    private final ReentrantLock lock = new ReentrantLock(); // guards everything below
    private final NavigableSet<Long> waiting = new TreeSet<>();
    private final NavigableSet<Long> settled = new TreeSet<>(); // at the broker, behind a delivery that is not
    private long upTo; // every delivery to this one is settled at the broker, or was just taken to be
    private boolean scheduled;
    private boolean due;
    private boolean writing;

    /** So many are worth a write of their own; 1: each is written at once. */
    Acks(Channel channel, int most, Threads threads) {
        this.channel = channel;
        this.most = most;
        this.threads = threads;
    }

    /** Acks to be written: all deliveries to that one (0: none), and some by themselves. */
    private record Portion(long upTo, boolean several, List<Long> single) {}

    void add(long tag) {
        boolean now;
        boolean later = false;
        lock.lock();
        try {
            waiting.add(tag);
            now = waiting.size() >= most;
            if (!now && !scheduled) {
                scheduled = true;
                later = true;
            }
        } finally {
            lock.unlock();
        }
        if (now) {
            flush();
        } else if (later && !threads.later(this::flushLater, PAUSE_MILLIS)) {
            flush();
        }
    }

    /** On the timer, which does not write. */
    private void flushLater() {
        lock.lock();
        try {
            scheduled = false;
        } finally {
            lock.unlock();
        }
        try {
            threads.workers().execute(this::flush);
        } catch (RejectedExecutionException closing) {
            LOG.debug("acks are not written any more: the transport closes");
        }
    }

    /** One that is settled at the broker in another way. */
    void settledOtherwise(long tag) {
        lock.lock();
        try {
            settled.add(tag);
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, unless somebody writes already, who does it then. */
    void flush() {
        lock.lock();
        try {
            due = true;
            if (writing) {
                return;
            }
            writing = true;
        } finally {
            lock.unlock();
        }
        boolean more = true;
        while (more) {
            more = write();
        }
    }

    private boolean write() {
        Portion portion;
        lock.lock();
        try {
            writing = due;
            if (!due) {
                return false;
            }
            due = false;
            portion = portion();
        } finally {
            lock.unlock();
        }
        try {
            if (portion.upTo() > 0) {
                channel.basicAck(portion.upTo(), portion.several());
            }
            for (long tag : portion.single()) {
                channel.basicAck(tag, false);
            }
        } catch (AlreadyClosedException | IOException stale) {
            LOG.debug("acks came too late: what they were for is delivered again");
        }
        return true;
    }

    private Portion portion() {
        long last = 0;
        int acked = 0;
        while (true) {
            if (waiting.remove(upTo + 1)) {
                last = upTo + 1;
                acked++;
            } else if (!settled.remove(upTo + 1)) {
                break;
            }
            upTo++;
        }
        List<Long> single = new ArrayList<>(waiting);
        settled.addAll(waiting);
        waiting.clear();
        return new Portion(last, acked > 1, single);
    }
}
