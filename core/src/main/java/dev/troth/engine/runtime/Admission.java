package dev.troth.engine.runtime;

import dev.troth.spi.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Lets so many in at once and lets a bounded number wait in order, without a thread for those who wait.
 *
 * <p>A permit is released explicitly, because what it stands for (a connection, a prepared slot) is often held longer than the
 * task that took it runs.
 */
public final class Admission {
    private final Object lock = new Object();
    private final int permits;
    private final int room;
    private final Executor executor;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int taken;

    /**
     * Creates it.
     *
     * @param permits how many may be in at once
     * @param room how many may wait
     * @param executor runs those who get in
     */
    public Admission(int permits, int room, Executor executor) {
        this.permits = permits;
        this.room = room;
        this.executor = executor;
    }

    /** Runs the task when a permit is free; returns false, and never runs it, if there is no room to wait. */
    public boolean enter(Runnable task) {
        synchronized (lock) {
            if (taken == permits) {
                return waiting.size() < room && waiting.add(task);
            }
            taken++;
        }
        try {
            executor.execute(task);
        } catch (Error noThread) {
            synchronized (lock) {
                taken--;
            }
            throw noThread;
        }
        return true;
    }

    /** Takes a permit for the calling thread, waiting in line at most so long; false if there was no room or no time. */
    public boolean enterBlocking(Scheduler scheduler, Duration timeout) throws InterruptedException {
        CompletableFuture<Boolean> entered = new CompletableFuture<>();
        Runnable ticket = () -> entered.complete(true);
        synchronized (lock) {
            if (taken < permits) {
                taken++;
                return true;
            }
            if (waiting.size() >= room) {
                return false;
            }
            waiting.add(ticket);
        }
        try {
            if (scheduler.await(entered, timeout)) {
                return true;
            }
        } catch (InterruptedException e) {
            if (!withdraw(ticket)) {
                leave();
            }
            throw e;
        }
        return !withdraw(ticket);
    }

    /** Takes a ticket out of the line; false if its turn has come already, so that it holds a permit. */
    private boolean withdraw(Runnable ticket) {
        synchronized (lock) {
            return waiting.remove(ticket);
        }
    }

    /** Gives a permit back; the next in line gets it. */
    public void leave() {
        Runnable next;
        synchronized (lock) {
            next = waiting.poll();
            if (next == null) {
                taken--;
                return;
            }
        }
        try {
            executor.execute(next);
        } catch (RejectedExecutionException | Error noThread) {
            next.run(); // the threads are gone, or none is to be had: whoever waits must hear of it all the same
        }
    }

    /** How many are in. */
    public int inside() {
        synchronized (lock) {
            return taken;
        }
    }

    /** How many wait. */
    public int waiting() {
        synchronized (lock) {
            return waiting.size();
        }
    }
}
