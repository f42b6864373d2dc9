package dev.troth.rabbitmq;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands deliveries to a receiver, one after another, and no more than the window has room for. The broker counts messages, and of a batch it knows
 * nothing: what is too much of one waits here.
 */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private final int window;
    private final Consumer<Received> receiver;
    private final Executor workers;
    private final ReentrantLock lock = new ReentrantLock(); // guards everything below
    private final Deque<Received> waiting = new ArrayDeque<>();
    private int unsettled;
    private boolean handing;

    Gate(int window, Consumer<Received> receiver, Executor workers) {
        this.window = window;
        this.receiver = receiver;
        this.workers = workers;
    }

    /** On a worker. */
    void arrived(List<Received> deliveries) {
        lock.lock();
        try {
            waiting.addAll(deliveries);
        } finally {
            lock.unlock();
        }
        hand();
    }

    /** One that was handed out is settled. */
    void settled() {
        boolean room;
        lock.lock();
        try {
            unsettled--;
            room = !handing && !waiting.isEmpty();
        } finally {
            lock.unlock();
        }
        if (room) {
            try {
                workers.execute(this::hand);
            } catch (RejectedExecutionException closing) {
                LOG.debug("what waits is not handed out: the transport closes, and the broker delivers it again");
            }
        }
    }

    private void hand() {
        boolean continues = false;
        try {
            for (Received next = next(false); next != null; next = next(true)) {
                continues = true;
                receiver.accept(next);
                continues = false;
            }
        } finally {
            if (continues) { // it threw
                stopHanding();
            }
        }
    }

    private void stopHanding() {
        lock.lock();
        try {
            handing = false;
        } finally {
            lock.unlock();
        }
    }

    /** Null if there is none, no room, or somebody else hands out. */
    private @Nullable Received next(boolean continued) {
        lock.lock();
        try {
            if (handing && !continued) {
                return null;
            }
            Received next = unsettled < window ? waiting.poll() : null;
            handing = next != null;
            unsettled += next == null ? 0 : 1;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Takes out what waits, as if it had been handed out. */
    List<Received> empty() {
        lock.lock();
        try {
            List<Received> rest = List.copyOf(waiting);
            waiting.clear();
            unsettled += rest.size();
            return rest;
        } finally {
            lock.unlock();
        }
    }
}
