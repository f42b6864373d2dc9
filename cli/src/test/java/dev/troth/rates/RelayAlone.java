package dev.troth.rates;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.codec.JsonCodec;
import dev.troth.engine.wire.Event;
import dev.troth.engine.wire.Payloads;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.protocol.Address;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.testkit.Waiting;
import java.sql.Connection;
import java.time.Instant;

/** A full outbox is emptied into the broker. */
final class RelayAlone implements Workload {
    private static final int AT_ONCE = 500;

    @Override
    public String name() {
        return "the relay alone";
    }

    @Override
    public double run(Bench bench, int times) throws Exception {
        Outbox outbox = Outbox.on(bench.blogs);
        String name = "idle" + Long.toString(System.nanoTime(), 36);
        Troth idle = Troth.builder("idle")
                .transport(RabbitTransport.connect(bench.rabbit.uri()))
                .subscriber(Subscriber.named(name)
                        .on(Inbox.on(bench.notes))
                        .handle("relay.alone", Written.class, (event, in) -> {}))
                .start();
        idle.close(); // its queue stays
        outbox.open();
        fill(bench, outbox, times, name);
        long began = System.nanoTime();
        Troth relay = Troth.builder("blog")
                .transport(RabbitTransport.connect(bench.rabbit.uri()))
                .decisions(JdbcDecisionLog.on(bench.blogs))
                .outbox(outbox)
                .start();
        try {
            Waiting.until(() -> outbox.backlog().messages() == 0);
            return Clients.rate(times, began);
        } finally {
            relay.close();
            delete(bench, name);
        }
    }

    private static void delete(Bench bench, String name) throws Exception {
        com.rabbitmq.client.ConnectionFactory factory = new com.rabbitmq.client.ConnectionFactory();
        factory.setUri(bench.rabbit.uri());
        try (com.rabbitmq.client.Connection connection = factory.newConnection();
                com.rabbitmq.client.Channel channel = connection.createChannel()) {
            channel.queueDelete("troth.subscriber." + name);
        }
    }

    private static void fill(Bench bench, Outbox outbox, int times, String name) throws Exception {
        Payloads payloads = new Payloads(new JsonCodec(), 10_000);
        try (Connection connection = bench.blogs.getConnection()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < times; i++) {
                Event event = new Event(name + i, name + i, payloads.command(new Written(i, Bench.TEXT)));
                outbox.add(connection, event.to(new Address.Topic("relay.alone"), "blog", name, "", Instant.now()));
                if (i % AT_ONCE == AT_ONCE - 1) {
                    connection.commit();
                }
            }
            connection.commit();
        }
    }
}
