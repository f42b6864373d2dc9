package dev.troth.bench.events;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A transaction for each message on both sides. */
final class OutboxToInbox implements Way {
    @Override
    public Map<String, Object> run(Ground ground, int times) throws Exception {
        CountDownLatch applied = new CountDownLatch(times);
        try (EndToEnd services = new EndToEnd(ground, id -> applied.countDown())) {
            long began = System.nanoTime();
            Producers.run(ground.producers, times, services::write);
            boolean all = ground.awaits(applied);
            long ended = System.nanoTime();
            boolean empty = all && ground.blogs.becomes("SELECT count(*) FROM troth_outbox", 0);
            return Ground.figures(times, began, ended, empty && ground.agree());
        }
    }
}
