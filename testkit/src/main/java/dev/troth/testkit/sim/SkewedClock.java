package dev.troth.testkit.sim;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that goes wrong by a while, which may change. */
final class SkewedClock implements InstantSource {
    private final EventLoop loop;
    private long ahead;

    SkewedClock(EventLoop loop, long ahead) {
        this.loop = loop;
        this.ahead = ahead;
    }

    @Override
    public Instant instant() {
        return World.BEGINNING.plusNanos(loop.now() + ahead);
    }

    /** Somebody sets it right. */
    void mend() {
        ahead = 0;
    }

    /** Jumps forward, or back if it is less than zero. */
    void jump(long nanos) {
        ahead += nanos;
    }
}
