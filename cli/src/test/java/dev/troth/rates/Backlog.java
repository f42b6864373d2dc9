package dev.troth.rates;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.troth.codec.JsonCodec;
import dev.troth.engine.wire.Event;
import dev.troth.engine.wire.Payloads;
import dev.troth.jdbc.Outbox;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.spi.Feed;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** A full outbox, and a queue at which nobody listens. */
final class Backlog implements AutoCloseable {
    private static final int AT_ONCE = 500;
    private static final Address.Topic TOPIC = new Address.Topic("relay.alone");

    private final Bench bench;
    private final String name = "idle" + Long.toString(System.nanoTime(), 36);
    final Outbox outbox;

    /** Fills the outbox. */
    Backlog(Bench bench, int messages) throws SQLException {
        this.bench = bench;
        this.outbox = Outbox.on(bench.blogs);
        try (RabbitTransport transport = RabbitTransport.connect(bench.rabbit.uri())) {
            Feed feed =
                    new Feed(new Address.Subscriber(name), Set.of(new TopicPattern(TOPIC.name())), false, 2 * messages);
            transport.subscribe(feed, 1, delivery -> {}).close();
        }
        outbox.open();
        Payloads payloads = new Payloads(new JsonCodec(), 10_000);
        try (java.sql.Connection connection = bench.blogs.getConnection()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < messages; i++) {
                Event event = new Event(name + i, name + i, payloads.command(new Written(i, Bench.TEXT)));
                outbox.add(connection, event.to(TOPIC, "blog", name, "", Instant.now()));
                if (i % AT_ONCE == AT_ONCE - 1) {
                    connection.commit();
                }
            }
            connection.commit();
        }
    }

    /** Deletes the queue. */
    @Override
    public void close() {
        ConnectionFactory factory = new ConnectionFactory();
        try {
            factory.setUri(bench.rabbit.uri());
            try (Connection connection = factory.newConnection();
                    Channel channel = connection.createChannel()) {
                channel.queueDelete("troth.subscriber." + name);
            }
        } catch (IOException | TimeoutException | GeneralSecurityException | URISyntaxException e) {
            throw new IllegalStateException("The queue was not deleted", e);
        }
    }
}
