package dev.troth.rates;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Several threads that do the same, each with numbers of its own. */
final class Clients {
    private static final AtomicLong IDS = new AtomicLong();

    private Clients() {}

    /** What a client does with a number that nobody else has. */
    interface Step {
        void run(long id) throws Exception;
    }

    /** Returns when all have ended. */
    static void run(int clients, int times, Step step) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < times / clients; i++) {
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

    /** Messages per second. */
    static double rate(int times, long began) {
        return times / ((System.nanoTime() - began) / 1e9);
    }
}
