package dev.troth.rates;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.rabbitmq.RabbitTransport;
import java.util.function.Consumer;

/** A service that writes a row and an event in one transaction, and another that writes a row and the note of the event's id. */
final class EndToEnd implements AutoCloseable {
    private final Troth reader;
    private final Troth writer;

    /** Starts both; each applied message is told. */
    EndToEnd(Bench bench, Consumer<String> applied) {
        reader = Troth.builder("reader")
                .transport(RabbitTransport.connect(bench.rabbit.uri()))
                .subscriber(Subscriber.named("reader")
                        .on(new Watched(Inbox.on(bench.notes), applied))
                        .concurrency(8)
                        .handle(Written.class, (event, in) -> Bench.insert(in.connection(), event.id())))
                .start();
        writer = Troth.builder("blog")
                .transport(RabbitTransport.connect(bench.rabbit.uri()))
                .decisions(JdbcDecisionLog.on(bench.blogs))
                .outbox(Outbox.on(bench.blogs))
                .start();
    }

    void write(long id) throws Exception {
        writer.transact("write", tx -> {
            Bench.insert(tx.connection(), id);
            tx.publish(new Written(id, Bench.TEXT));
            return id;
        });
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
    }
}
