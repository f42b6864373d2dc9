package dev.troth.cli.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Breaks things, in several lanes: in a lane one fault follows another, and those of different lanes come together as they may. Which, and
 * how long, comes from the seed.
 */
public final class Chaos implements AutoCloseable {
    private static final int SHORTEST_CALM_MILLIS = 4_000;
    private static final int LONGEST_CALM_MILLIS = 16_000;
    private static final Duration HEALED_LIMIT = Duration.ofMinutes(3);

    private final Timeline timeline;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
    private final List<Thread> lanes = new ArrayList<>();

    /** Breaks nothing yet. */
    public Chaos(Timeline timeline) {
        this.timeline = timeline;
    }

    /**
     * Begins to break something of one kind, now and then.
     *
     * @param seed of this lane's own
     * @param faults draws what is broken next
     */
    public Chaos lane(String name, long seed, Function<RandomGenerator, Supplier<Fault>> faults) {
        Random random = new Random(seed);
        Supplier<Fault> next = faults.apply(random);
        Thread thread = new Thread(() -> run(random, next), "chaos of " + name);
        thread.setDaemon(true);
        thread.start();
        lanes.add(thread);
        return this;
    }

    private void run(Random random, Supplier<Fault> faults) {
        try {
            while (!passed(Duration.ofMillis(random.nextInt(SHORTEST_CALM_MILLIS, LONGEST_CALM_MILLIS)))) {
                Fault fault = faults.get();
                timeline.add(fault, true);
                fault.inject().run();
                passed(fault.hold());
                fault.heal().run();
                timeline.add(fault, false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            broken.compareAndSet(null, e);
        }
    }

    /** Lets time pass; returns early, and true, when it is over. */
    private boolean passed(Duration time) throws InterruptedException {
        return stopping.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Fails if something could not be broken or mended as it was meant to be. */
    public void check() {
        Throwable failure = broken.get();
        if (failure != null) {
            throw new AssertionError("A fault could not be injected or healed", failure);
        }
    }

    /** Breaks nothing more, and returns when everything is mended. */
    @Override
    public void close() {
        stopping.countDown();
        long end = System.nanoTime() + HEALED_LIMIT.toNanos();
        try {
            for (Thread lane : lanes) {
                lane.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (lanes.stream().anyMatch(Thread::isAlive)) {
            broken.compareAndSet(null, new AssertionError("not everything was mended within " + HEALED_LIMIT));
        }
    }
}
