package dev.troth.bench.events;

import dev.troth.Troth;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.rabbitmq.RabbitTransport;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A full outbox is emptied into the broker. */
final class RelayAlone implements Way {
    @Override
    public Map<String, Object> run(Ground ground, int times) throws Exception {
        CountDownLatch sent = new CountDownLatch(times);
        Backlog backlog = new Backlog(ground, times);
        long began = System.nanoTime();
        try (Troth relay = Troth.builder("blog")
                .transport(RabbitTransport.connect(ground.broker))
                .decisions(JdbcDecisionLog.on(ground.blogs.pool()))
                .outbox(new WatchedOutbox(backlog.outbox, sent))
                .start()) {
            boolean all = ground.awaits(sent);
            long ended = System.nanoTime();
            boolean empty = all
                    && relay.health().transportConnected()
                    && ground.blogs.becomes("SELECT count(*) FROM troth_outbox", 0);
            return Ground.figures(times, began, ended, empty && ground.holds(backlog.queue(), times));
        }
    }
}
