package dev.troth.testkit.sim;

import dev.troth.spi.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Time, threads and waiting of one process: all of it virtual. */
final class VirtualScheduler implements Scheduler {
    private static final long WAY_TO_A_THREAD = 20_000;
    private static final long LONG_WAY_TO_A_THREAD = 30 * World.MILLISECOND;
    private static final long BUSY_ONCE_IN = 50;

    private final World world;
    private final Life life;
    private final InstantSource clock;

    VirtualScheduler(World world, Life life, InstantSource clock) {
        this.world = world;
        this.life = life;
        this.clock = clock;
    }

    @Override
    public Instant now() {
        life.check();
        return clock.instant();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        life.check();
        return world.loop.after(delay.toNanos(), life, task)::cancel;
    }

    @Override
    public Executor workers() {
        return task -> {
            life.check();
            boolean busy = world.jitter(BUSY_ONCE_IN) == 1;
            var unused = world.loop.after(world.jitter(busy ? LONG_WAY_TO_A_THREAD : WAY_TO_A_THREAD), life, task);
        };
    }

    @Override
    public boolean await(CompletableFuture<?> future, Duration atMost) throws InterruptedException {
        life.check();
        if (!future.isDone()) {
            Wait wait = world.loop.newWait(life, true);
            wait.wakeAfter(atMost.toNanos());
            var unused = future.whenComplete((value, failure) -> wait.wake());
            wait.block();
        }
        return future.isDone();
    }

    /** Lets the calling task wait; it can be interrupted. */
    void pause(Duration time) throws InterruptedException {
        life.check();
        Wait wait = world.loop.newWait(life, true);
        wait.wakeAfter(time.toNanos());
        wait.block();
    }

    /** Does nothing: everything ends with the life. */
    @Override
    public void close() {}
}
