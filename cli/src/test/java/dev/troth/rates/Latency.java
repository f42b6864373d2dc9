package dev.troth.rates;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;

/** From the begin of the transaction that publishes until the effect has committed, with nothing else to do. */
final class Latency {
    private static final int WARM_UP = 100;

    private Latency() {}

    /** The median of so many messages, one after the other, in milliseconds. */
    static double median(Bench bench, int messages) throws Exception {
        Semaphore applied = new Semaphore(0);
        List<Long> nanos = new ArrayList<>();
        try (EndToEnd services = new EndToEnd(bench, id -> applied.release())) {
            Clients.run(1, WARM_UP + messages, id -> {
                long began = System.nanoTime();
                services.write(id);
                applied.acquire();
                nanos.add(System.nanoTime() - began);
            });
        }
        List<Long> measured = new ArrayList<>(nanos.subList(WARM_UP, nanos.size()));
        Collections.sort(measured);
        return measured.get(measured.size() / 2) / 1e6;
    }
}
