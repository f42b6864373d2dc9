package dev.troth.rates;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.codec.JsonCodec;
import dev.troth.engine.wire.Event;
import dev.troth.engine.wire.Payloads;
import dev.troth.jdbc.Inbox;
import dev.troth.protocol.Address;
import dev.troth.rabbitmq.RabbitTransport;
import java.time.Instant;

/** Messages as the relay sends them, without an outbox. */
final class TransportAlone implements Workload {

    @Override
    public String name() {
        return "the transport alone";
    }

    @Override
    public double run(Bench bench, int times) throws Exception {
        String name = "idle" + Long.toString(System.nanoTime(), 36);
        Troth idle = Troth.builder("idle")
                .transport(RabbitTransport.connect(bench.rabbit.uri()))
                .subscriber(Subscriber.named(name)
                        .on(Inbox.on(bench.notes))
                        .handle("transport.alone", Written.class, (event, in) -> {}))
                .start();
        idle.close(); // its queue stays
        Payloads payloads = new Payloads(new JsonCodec(), 10_000);
        long began;
        try (RabbitTransport transport = RabbitTransport.connect(bench.rabbit.uri())) {
            java.util.List<java.util.concurrent.CompletableFuture<?>> all = new java.util.ArrayList<>();
            began = System.nanoTime();
            for (int i = 0; i < times; i++) {
                Event event = new Event(name + i, name + i, payloads.command(new Written(i, Bench.TEXT)));
                all.add(transport
                        .send(
                                new Address.Topic("transport.alone"),
                                event.to(new Address.Topic("transport.alone"), "blog", name, "", Instant.now())
                                        .envelope())
                        .toCompletableFuture());
                if (i % 500 == 499) {
                    java.util.concurrent.CompletableFuture.allOf(
                                    all.toArray(java.util.concurrent.CompletableFuture<?>[]::new))
                            .join();
                    all.clear();
                }
            }
            java.util.concurrent.CompletableFuture.allOf(all.toArray(java.util.concurrent.CompletableFuture<?>[]::new))
                    .join();
            return Clients.rate(times, began);
        } finally {
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
}
