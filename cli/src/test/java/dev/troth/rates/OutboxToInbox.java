package dev.troth.rates;

import java.util.concurrent.CountDownLatch;

/** A transaction for each message on both sides. */
final class OutboxToInbox implements Workload {
    @Override
    public String name() {
        return "outbox to inbox, 8 producers";
    }

    @Override
    public double run(Bench bench, int times) throws Exception {
        CountDownLatch applied = new CountDownLatch(times);
        try (EndToEnd services = new EndToEnd(bench, id -> applied.countDown())) {
            long began = System.nanoTime();
            Clients.run(8, times, services::write);
            applied.await();
            return Clients.rate(times, began);
        }
    }
}
