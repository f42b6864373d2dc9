package dev.troth.bench.events;

import dev.troth.codec.JsonCodec;
import dev.troth.engine.wire.Event;
import dev.troth.engine.wire.Payloads;
import dev.troth.jdbc.Outbox;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.Feed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Set;

/** A full outbox, and a queue at which nobody listens. */
final class Backlog {
    private static final int AT_ONCE = 500;
    private static final Address.Topic TOPIC = new Address.Topic("relay.alone");

    private final String name = "idle" + Long.toString(System.nanoTime(), 36);
    final Outbox outbox;

    /** Fills the outbox. */
    Backlog(Ground ground, int messages) throws SQLException {
        this.outbox = Outbox.on(ground.blogs.pool());
        try (RabbitTransport transport = RabbitTransport.connect(ground.broker)) {
            Feed feed =
                    new Feed(new Address.Subscriber(name), Set.of(new TopicPattern(TOPIC.name())), false, 2 * messages);
            transport.subscribe(feed, 1, delivery -> {}).close();
        }
        outbox.open();
        Payloads payloads = new Payloads(new JsonCodec(), 10_000);
        try (Connection connection = ground.blogs.pool().getConnection()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < messages; i++) {
                Event event = new Event(name + i, name + i, payloads.command(new Written(i, ground.text)));
                outbox.add(
                        connection,
                        event.to(TOPIC, "blog", name, "", InstantSource.system().instant()));
                if (i % AT_ONCE == AT_ONCE - 1) {
                    connection.commit();
                }
            }
            connection.commit();
        }
    }

    /** The queue's name at the broker. */
    String queue() {
        return "troth.subscriber." + name;
    }
}
