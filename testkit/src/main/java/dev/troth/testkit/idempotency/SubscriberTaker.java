package dev.troth.testkit.idempotency;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.codec.JsonCodec;
import dev.troth.message.Envelope;
import dev.troth.message.Kind;
import dev.troth.message.Retry;
import dev.troth.testkit.idempotency.OneConsumerTransport.Settled;
import dev.troth.tx.TrothException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Runs a {@link Subscriber} in the real engine, over a transport that does what the history says. */
final class SubscriberTaker<M> implements Life.Taker<M> {
    private static final int MANY = 1_000;
    private static final String PREFIX = "cloudEvents_";

    private final JsonCodec codec = new JsonCodec();
    private final OneConsumerTransport transport = new OneConsumerTransport();
    private final PromptScheduler scheduler = new PromptScheduler();
    private final CompletableFuture<Void> crashed;
    private final Troth troth;
    private final String service = "idempotency-proof";

    SubscriberTaker(Subscriber subscriber, FaultyDatabase database) {
        this.crashed = database.crashed();
        this.troth = Troth.builder(service)
                .transport(transport)
                .scheduler(scheduler)
                .codec(codec)
                .subscriber(subscriber.retry(Retry.immediately(MANY)))
                .start();
    }

    @Override
    public void take(Sample<M> sample) throws Exception {
        long kept = deadLetters();
        Settled settled = transport.deliver(envelope(sample), crashed);
        if (crashed.isDone()) {
            throw new ConsumerCrash();
        }
        if (settled == Settled.AGAIN) {
            throw new TrothException(
                    "Its handler has thrown, or the database has failed; the log of the subscriber tells");
        }
        if (settled == Settled.DEAD || deadLetters() > kept) {
            throw new TrothException("It was kept as a dead letter; the log of the subscriber tells why");
        }
    }

    private long deadLetters() {
        return troth.health().subscribers().values().stream()
                .mapToLong(subscriber -> subscriber.counts().getOrDefault("deadLetters", 0L))
                .sum();
    }

    private Envelope envelope(Sample<M> sample) {
        Kind kind = sample.message().getClass().getAnnotation(Kind.class);
        if (kind == null) {
            throw new TrothException(sample.message().getClass().getName()
                    + " has no kind, the stable name under which it travels. Add @Kind(\"…\") to it.");
        }
        Map<String, String> headers = new HashMap<>();
        headers.put(PREFIX + "specversion", "1.0");
        headers.put(PREFIX + "id", sample.id());
        headers.put(PREFIX + "source", service);
        headers.put(PREFIX + "type", kind.value());
        headers.put(PREFIX + "subject", sample.key().isEmpty() ? sample.id() : sample.key());
        return new Envelope(
                "EVENT",
                sample.id(),
                sample.id(),
                codec.contentType(),
                Duration.ZERO,
                true,
                headers,
                codec.write(sample.message()));
    }

    @Override
    public void close() {
        if (crashed.isDone()) {
            troth.stop(Duration.ZERO);
        } else {
            troth.close();
        }
        scheduler.close();
    }
}
