package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import dev.troth.protocol.Text;
import dev.troth.spi.Transport.Sent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what cannot be understood into the dead-letter queue: published persistently and confirmed first, acknowledged then.
 * While that fails the delivery stays unsettled and is tried again, so it is never lost; when the connection is lost in
 * between, it can be kept twice.
 */
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long RETRY_MILLIS = 1_000;
    private static final int MAX_HEADERS = 32;
    private static final int MAX_TEXT = 500;

    private final Publisher publisher;
    private final Route route;
    private final Threads threads;

    DeadLetters(Publisher publisher, Route route, Threads threads) {
        this.publisher = publisher;
        this.route = route;
        this.threads = threads;
    }

    /** Keeps a delivery that the caller has claimed. */
    void keep(Received delivery, String reason) {
        LOG.warn(
                "code=TROTH-0704 dead letter exchange={} routing_key={} message_id={} bytes={} reason=\"{}\"",
                delivery.wire().exchange(),
                Text.quote(delivery.wire().routingKey()),
                Text.quote(String.valueOf(delivery.wire().properties().getMessageId())),
                delivery.body().length,
                Text.clip(reason, MAX_TEXT));
        publish(delivery, letter(delivery.wire(), reason));
    }

    /** Keeps something that is no delivery and cannot be delivered again. */
    void note(RabbitDelivery wire, byte[] body, String reason) {
        LOG.warn(
                "code=TROTH-0704 dead letter routing_key={} reason=\"{}\"",
                Text.quote(wire.routingKey()),
                Text.clip(reason, MAX_TEXT));
        CompletableFuture<Sent> unused = publisher
                .post(parcel(letter(wire, reason), body))
                .whenComplete((sent, failure) -> {
                    if (sent != Sent.ACCEPTED) {
                        LOG.error(
                                "code=TROTH-0705 dead letter lost reason=\"{}\" sent={}",
                                Text.clip(reason, MAX_TEXT),
                                sent,
                                failure);
                    }
                });
    }

    private Parcel parcel(AMQP.BasicProperties letter, byte[] body) {
        return new Parcel(route, Parcel.Sharing.ALONE, letter, body, System.nanoTime(), Duration.ZERO, PATIENCE);
    }

    private void publish(Received delivery, AMQP.BasicProperties letter) {
        Parcel parcel = parcel(letter, delivery.body());
        CompletableFuture<Sent> unused =
                publisher.post(parcel).whenComplete((sent, failure) -> settled(delivery, letter, sent, failure));
    }

    private void settled(
            Received delivery, AMQP.BasicProperties letter, @Nullable Sent sent, @Nullable Throwable failure) {
        if (sent == Sent.ACCEPTED) {
            delivery.settling().ack(delivery.tag());
            return;
        }
        if (sent != null) { // somebody has deleted the queue
            publisher.restart();
        }
        if (delivery.settling().alive()) {
            LOG.debug("dead letter not kept yet sent={}", sent, failure);
            if (!threads.later(() -> publish(delivery, letter), RETRY_MILLIS)) {
                LOG.debug("dead letter not kept: the transport closes, the broker delivers it again");
            }
        }
    }

    /**
     * What is said about it. Properties that could make the broker refuse, expire or copy it (user id, expiration, CC) are told
     * in headers instead, and headers are told as short text.
     */
    private static AMQP.BasicProperties letter(RabbitDelivery wire, String reason) {
        AMQP.BasicProperties original = wire.properties();
        Map<String, Object> headers = new HashMap<>();
        headers.put("troth-reason", Text.clip(reason, MAX_TEXT));
        headers.put("troth-exchange", wire.exchange());
        headers.put("troth-routing-key", wire.routingKey());
        if (original.getUserId() != null) {
            headers.put("troth-user-id", original.getUserId());
        }
        if (original.getExpiration() != null) {
            headers.put("troth-expiration", original.getExpiration());
        }
        if (original.getHeaders() != null) {
            original.getHeaders().entrySet().stream()
                    .filter(header -> !header.getKey().equals(Wire.SEND_HEADER))
                    .limit(MAX_HEADERS)
                    .forEach(header -> headers.putIfAbsent(
                            "original." + Text.clip(header.getKey(), 80),
                            Text.clip(String.valueOf(header.getValue()), MAX_TEXT)));
        }
        return original.builder()
                .headers(headers)
                .userId(null)
                .expiration(null)
                .clusterId(null)
                .deliveryMode(2)
                .build();
    }
}
