package dev.troth.testkit.sim;

/** One time that a task blocks. Whoever wakes it first wins; what comes later does nothing. */
final class Wait {
    private final EventLoop loop;
    private final Carrier carrier;
    private final Life life;
    private final boolean interruptible;
    private long since;
    private boolean blocked;

    Wait(EventLoop loop, Carrier carrier, Life life, boolean interruptible) {
        this.loop = loop;
        this.carrier = carrier;
        this.life = life;
        this.interruptible = interruptible;
    }

    Carrier carrier() {
        return carrier;
    }

    Life life() {
        return life;
    }

    boolean interruptible() {
        return interruptible;
    }

    boolean isBlocked() {
        return blocked;
    }

    /** When it blocked. */
    long since() {
        return since;
    }

    void nowWoken() {
        blocked = false;
    }

    /** It goes on at the next opportunity. */
    void wake() {
        loop.wake(this, 0, life);
    }

    /** It goes on after that time at the latest. */
    void wakeAfter(long nanos) {
        loop.wake(this, nanos, life);
    }

    /** Its life is over: it goes on, to unwind, even if the life was paused. */
    void unwind() {
        loop.wake(this, 0, Life.OF_THE_WORLD);
    }

    /**
     * Blocks the task until it is woken.
     *
     * @throws InterruptedException if it was interrupted, before or meanwhile, and minds
     */
    void block() throws InterruptedException {
        boolean interrupted = carrier.takeInterruption();
        if (interrupted && interruptible) {
            throw new InterruptedException();
        }
        blocked = true;
        since = loop.now();
        loop.block(this);
        interrupted |= carrier.takeInterruption();
        life.check();
        if (interrupted && interruptible) {
            throw new InterruptedException();
        }
        if (interrupted) {
            carrier.interrupt();
        }
    }
}
