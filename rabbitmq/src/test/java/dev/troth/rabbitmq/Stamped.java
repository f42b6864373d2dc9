package dev.troth.rabbitmq;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.protocol.Gid;
import dev.troth.spi.Offer;
import dev.troth.spi.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes every PREPARE one of a branch of its own and of the kind {@code sample}, as the engine does, and takes that back where it
 * arrives: so the contract's messages go through a layout's own queues, and the contract does not see it.
 */
final class Stamped implements Transport {
    static final String KIND = "sample";
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Transport real;

    Stamped(Transport real) {
        this.real = real;
    }

    /** A transaction that no other test has. */
    static Gid gid() {
        Instant deadline = Instant.ofEpochMilli(System.currentTimeMillis() + 60_000);
        return new Gid("blog", "k3f9q2", "x7w2m4pq", deadline, NUMBERS.incrementAndGet());
    }

    @Override
    public Subscription listen(Address address, int window, Receiver receiver) {
        Receiver unstamping = delivery -> receiver.receive(new Unstamped(delivery));
        return address instanceof Address.Participant participant && window > 0
                ? real.offer(new Offer(participant, Set.of(KIND), window, window), unstamping)
                : real.listen(address, window, unstamping);
    }

    @Override
    public CompletionStage<Sent> send(Address to, Envelope envelope) {
        if (!envelope.type().equals("PREPARE")) {
            return real.send(to, envelope);
        }
        Map<String, String> headers = new HashMap<>(envelope.headers());
        headers.put("troth-kind", KIND);
        headers.put("troth-branch", "0");
        headers.put("was", envelope.correlationId());
        headers.put("lived", envelope.timeToLive().toString());
        Duration timeToLive = envelope.timeToLive().isZero() ? Duration.ofSeconds(60) : envelope.timeToLive();
        return real.send(to, copy(envelope, gid().toString(), timeToLive, headers));
    }

    private static Envelope copy(
            Envelope from, String correlationId, Duration timeToLive, Map<String, String> headers) {
        return new Envelope(
                from.type(),
                from.messageId(),
                correlationId,
                from.contentType(),
                timeToLive,
                from.persistent(),
                headers,
                from.body());
    }

    @Override
    public boolean connected() {
        return real.connected();
    }

    @Override
    public void close() {
        real.close();
    }

    private record Unstamped(Delivery real) implements Delivery {
        @Override
        public Envelope envelope() {
            Envelope stamped = real.envelope();
            if (!stamped.type().equals("PREPARE")) {
                return stamped;
            }
            Map<String, String> headers = new HashMap<>(stamped.headers());
            headers.remove("troth-kind");
            headers.remove("troth-branch");
            String correlationId = String.valueOf(headers.remove("was"));
            Duration timeToLive = Duration.parse(String.valueOf(headers.remove("lived")));
            return copy(stamped, correlationId, timeToLive, headers);
        }

        @Override
        public boolean redelivered() {
            return real.redelivered();
        }

        @Override
        public <T> Optional<T> unwrap(Class<T> type) {
            return real.unwrap(type);
        }

        @Override
        public void ack() {
            real.ack();
        }

        @Override
        public void release() {
            real.release();
        }

        @Override
        public void deadLetter(String reason) {
            real.deadLetter(reason);
        }
    }
}
