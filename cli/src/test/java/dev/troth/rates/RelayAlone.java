package dev.troth.rates;

import dev.troth.Troth;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.rabbitmq.RabbitTransport;
import java.util.concurrent.CountDownLatch;

/** A full outbox is emptied into the broker. */
final class RelayAlone implements Workload {
    @Override
    public String name() {
        return "the relay alone";
    }

    @Override
    public double run(Bench bench, int times) throws Exception {
        CountDownLatch sent = new CountDownLatch(times);
        try (Backlog backlog = new Backlog(bench, times)) {
            long began = System.nanoTime();
            Troth relay = Troth.builder("blog")
                    .transport(RabbitTransport.connect(bench.rabbit.uri()))
                    .decisions(JdbcDecisionLog.on(bench.blogs))
                    .outbox(new WatchedOutbox(backlog.outbox, sent))
                    .start();
            try {
                sent.await();
                return Clients.rate(times, began);
            } finally {
                relay.close();
            }
        }
    }
}
