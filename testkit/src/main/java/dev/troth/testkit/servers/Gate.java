package dev.troth.testkit.servers;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Something one passes while it is open and waits at while it is shut; behind another gate, only while both are open. */
final class Gate {
    private final ReentrantLock lock;
    private final Condition changed;
    private final @Nullable Gate before;
    private boolean shut; // guarded by the lock, which a gate shares with the one before it; as the next
    private boolean broken;

    Gate() {
        this.before = null;
        this.lock = new ReentrantLock();
        this.changed = lock.newCondition();
    }

    Gate(Gate before) {
        this.before = before;
        this.lock = before.lock;
        this.changed = before.changed;
    }

    void shut() {
        change(() -> shut = true);
    }

    void open() {
        change(() -> shut = false);
    }

    /** Nobody waits here any more, and nobody passes. */
    void tearDown() {
        change(() -> broken = true);
    }

    private void change(Runnable how) {
        lock.lock();
        try {
            how.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it is open, or throws when it is torn down. */
    void pass() throws IOException {
        lock.lock();
        try {
            while (!broken && (shut || (before != null && before.shut))) {
                changed.awaitUninterruptibly();
            }
            if (broken) {
                throw new IOException("torn down");
            }
        } finally {
            lock.unlock();
        }
    }
}
