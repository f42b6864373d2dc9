package dev.troth.testkit.sim;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs tasks of an {@link EventLoop}, but only while it holds the baton. Whoever interrupts it holds the baton
 * meanwhile, so an interruption is delivered when it goes on, and never while it is parked.
 */
final class Carrier extends Thread {
    private final EventLoop loop;
    private volatile boolean baton;
    private boolean interruption; // guarded by the baton
    private @Nullable Wait waiting; // guarded by the baton

    Carrier(EventLoop loop, int number) {
        super("troth-sim-" + number);
        this.loop = loop;
        setDaemon(true);
    }

    @Override
    public void run() {
        awaitBaton();
        loop.carry(this);
    }

    /** Lets it go on. Whoever calls this stops right after. */
    void takeBaton() {
        baton = true;
        LockSupport.unpark(this);
    }

    void awaitBaton() {
        while (!baton) {
            LockSupport.park(this);
        }
        baton = false;
    }

    @Override
    public void interrupt() {
        if (Thread.currentThread() == this) {
            super.interrupt();
            return;
        }
        interruption = true;
        Wait wait = waiting;
        if (wait != null && wait.interruptible()) {
            wait.wake();
        }
    }

    void waitsFor(@Nullable Wait wait) {
        waiting = wait;
    }

    /** Whether it was interrupted, by itself or by others, since this was last asked. */
    boolean takeInterruption() {
        boolean interrupted = Thread.interrupted() || interruption;
        interruption = false;
        return interrupted;
    }
}
