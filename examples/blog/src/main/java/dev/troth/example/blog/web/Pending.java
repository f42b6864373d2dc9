package dev.troth.example.blog.web;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the requests that are not answered yet, so that a stop can wait for them. */
final class Pending {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int count; // guarded by lock
    private boolean refusing; // guarded by lock

    /** One more, unless no more are taken. */
    boolean enter() {
        lock.lock();
        try {
            if (refusing) {
                return false;
            }
            count++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            count--;
            if (count == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more, and waits for those that are there, at most so long. */
    void refuseNew(Duration patience) {
        lock.lock();
        try {
            refusing = true;
            long left = patience.toNanos();
            while (count > 0 && left > 0) {
                left = none.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
