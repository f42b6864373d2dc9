package dev.troth.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import dev.troth.spi.Transport.Sent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Small messages and fresh addresses for tests of transports. */
public final class Samples {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private Samples() {}

    /** A name that no other test uses. */
    public static String name(String prefix) {
        return prefix + '-' + Long.toString(ProcessHandle.current().pid(), 36) + '-' + NAMES.incrementAndGet();
    }

    /** An instance that no other test uses. */
    public static Address.Instance instance() {
        return new Address.Instance(name("blog"), "inst" + (1000 + NAMES.incrementAndGet()));
    }

    /** A small transient message with this text as its body and part of its id. */
    public static Envelope message(String text) {
        return message(text, Duration.ofSeconds(60), false);
    }

    /** A small message. */
    public static Envelope message(String text, Duration timeToLive, boolean persistent) {
        return new Envelope(
                "PREPARE",
                "id-" + text,
                "blog.k3f9q2.x7w2m4pq.mc8v1zt0.2a",
                "application/json",
                timeToLive,
                persistent,
                Map.of("branch", text),
                text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text of a {@link #message(String)}. */
    public static String text(Delivery delivery) {
        return new String(delivery.envelope().body(), StandardCharsets.UTF_8);
    }

    /** Sends and waits for what became of it. */
    public static Sent send(Transport transport, Address to, Envelope envelope) throws Exception {
        return transport.send(to, envelope).toCompletableFuture().get(60, SECONDS);
    }
}
