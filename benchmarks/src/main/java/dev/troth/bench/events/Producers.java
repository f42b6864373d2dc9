package dev.troth.bench.events;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Several threads that do the same, each time with a number that nobody else has. */
final class Producers {
    private static final AtomicLong IDS = new AtomicLong();

    private Producers() {}

    /** What a producer does with a number. */
    interface Step {
        void run(long id) throws Exception;
    }

    /** Returns when it was done so many times. */
    static void run(int producers, int times, Step step) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(producers);
        AtomicInteger left = new AtomicInteger(times);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int producer = 0; producer < producers; producer++) {
                all.add(threads.submit(() -> {
                    while (left.getAndDecrement() > 0) {
                        step.run(IDS.incrementAndGet());
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
