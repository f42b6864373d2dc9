package dev.troth.rates;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.rabbitmq.RabbitTransport;
import java.util.concurrent.CountDownLatch;

/** A transaction for each message on both sides: row and event here, row and note of the id there. */
final class EndToEnd implements Workload {
    @Override
    public String name() {
        return "outbox to inbox, 8 producers";
    }

    @Override
    public double run(Bench bench, int times) throws Exception {
        CountDownLatch applied = new CountDownLatch(times);
        try (Troth reader = Troth.builder("reader")
                        .transport(RabbitTransport.connect(bench.rabbit.uri()))
                        .subscriber(Subscriber.named("reader")
                                .on(new Watched(Inbox.on(bench.notes), id -> applied.countDown()))
                                .concurrency(8)
                                .handle(Written.class, (event, in) -> Bench.insert(in.connection(), event.id())))
                        .start();
                Troth writer = Troth.builder("blog")
                        .transport(RabbitTransport.connect(bench.rabbit.uri()))
                        .decisions(JdbcDecisionLog.on(bench.blogs))
                        .outbox(Outbox.on(bench.blogs))
                        .start()) {
            long began = System.nanoTime();
            Clients.run(
                    8,
                    times,
                    id -> writer.transact("write", tx -> {
                        Bench.insert(tx.connection(), id);
                        tx.publish(new Written(id, Bench.TEXT));
                        return id;
                    }));
            System.out.println("   written at " + Clients.rate(times, began));
            applied.await();
            System.out.println("   " + reader.health().subscribers());
            return Clients.rate(times, began);
        }
    }
}
