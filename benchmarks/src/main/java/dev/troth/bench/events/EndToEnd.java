package dev.troth.bench.events;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.bench.fixture.Database;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.rabbitmq.RabbitTransport;
import java.util.function.Consumer;

/** A service that writes a row and an event in one transaction, and another that writes a row and the note of the event's id. */
final class EndToEnd implements AutoCloseable {
    private final Ground ground;
    private final Troth reader;
    private final Troth writer;

    /** Starts both; each applied message is told. */
    EndToEnd(Ground ground, Consumer<String> applied) {
        this.ground = ground;
        reader = Troth.builder("reader")
                .transport(RabbitTransport.connect(ground.broker))
                .subscriber(Subscriber.named("reader")
                        .on(new Watched(Inbox.on(ground.notes.pool()), applied))
                        .concurrency(8)
                        .handle(
                                Written.class,
                                (event, in) -> Database.insert(in.connection(), event.id(), event.body())))
                .start();
        writer = Troth.builder("blog")
                .transport(RabbitTransport.connect(ground.broker))
                .decisions(JdbcDecisionLog.on(ground.blogs.pool()))
                .outbox(Outbox.on(ground.blogs.pool()))
                .start();
    }

    void write(long id) throws Exception {
        writer.transact("write", tx -> {
            Database.insert(tx.connection(), id, ground.text);
            tx.publish(new Written(id, ground.text));
            return id;
        });
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
    }
}
