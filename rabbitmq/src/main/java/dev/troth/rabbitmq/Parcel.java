package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import dev.troth.spi.Transport.Sent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One message on its way to the broker, until it is known what became of it. Its flags belong to the {@link Ledger}.
 */
final class Parcel {
    /** A message that has waited longer expires earlier at the broker, so that it does not outlive its time. */
    private static final Duration WAITED = Duration.ofSeconds(1);

    private final Route route;
    private final AMQP.BasicProperties properties;
    private final byte[] body;
    private final Duration timeToLive;
    private final long posted;
    private final long deadline;
    private final CompletableFuture<Sent> sent = new CompletableFuture<>();
    boolean returned;
    int publishes;

    /**
     * A parcel.
     *
     * @param posted now, in nanoseconds
     * @param timeToLive how long the broker may keep it; zero: for ever
     * @param patience how long it may stay here
     */
    Parcel(
            Route route,
            AMQP.BasicProperties properties,
            byte[] body,
            long posted,
            Duration timeToLive,
            Duration patience) {
        this.route = route;
        this.properties = properties;
        this.body = body;
        this.posted = posted;
        this.timeToLive = timeToLive;
        this.deadline = posted + patience.toNanos();
    }

    /** What its confirm means: of what was returned, an earlier publish may have arrived. */
    Sent confirmed() {
        if (!returned) {
            return Sent.ACCEPTED;
        }
        return publishes == 1 ? Sent.UNROUTABLE : Sent.GONE;
    }

    Route route() {
        return route;
    }

    byte[] body() {
        return body;
    }

    int bytes() {
        return body.length;
    }

    boolean overdue(long now) {
        return now - deadline >= 0;
    }

    CompletableFuture<Sent> sent() {
        return sent;
    }

    /** The properties of this publish. */
    AMQP.BasicProperties properties(long number, long now) {
        Map<String, Object> headers = new HashMap<>(properties.getHeaders());
        headers.put(Wire.SEND_HEADER, number);
        Duration waited = Duration.ofNanos(now - posted);
        Duration left = timeToLive.isZero() || waited.compareTo(WAITED) < 0 ? timeToLive : timeToLive.minus(waited);
        return properties
                .builder()
                .headers(headers)
                .expiration(Wire.expiration(left))
                .build();
    }

    @Override
    public String toString() {
        return properties.getType() + " id=" + properties.getMessageId() + " correlation="
                + properties.getCorrelationId() + " bytes=" + body.length + " to=" + route;
    }
}
