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

    /** How much longer than it has to live one may stay at the broker that shares a message with others. */
    private static final Duration ABOUT = Duration.ofSeconds(1);

    private final Route route;
    private final Sharing sharing;
    private final AMQP.BasicProperties properties;
    private final byte[] body;
    private final Duration timeToLive;
    private final long posted;
    private final long deadline;
    private final CompletableFuture<Sent> sent = new CompletableFuture<>();
    boolean returned;
    int publishes;

    /**
     * With how many others it may share a message.
     *
     * @param most parcels in one message; 1: it goes alone
     * @param bytes that it takes there, at most
     * @param maxBytes of one message
     */
    record Sharing(int most, int bytes, int maxBytes) {
        static final Sharing ALONE = new Sharing(1, 0, 0);
    }

    /**
     * A parcel.
     *
     * @param posted now, in nanoseconds
     * @param timeToLive how long the broker may keep it; zero: for ever
     * @param patience how long it may stay here
     */
    Parcel(
            Route route,
            Sharing sharing,
            AMQP.BasicProperties properties,
            byte[] body,
            long posted,
            Duration timeToLive,
            Duration patience) {
        this.route = route;
        this.sharing = sharing;
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

    Sharing sharing() {
        return sharing;
    }

    /** Whether both may have the same time to live at the broker. */
    boolean livesAsLongAs(Parcel other) {
        return timeToLive.isZero() == other.timeToLive.isZero()
                && Math.abs(deadline - other.deadline) <= ABOUT.toNanos();
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

    /** What does not change from publish to publish. */
    AMQP.BasicProperties properties() {
        return properties;
    }

    /** The properties of a publish of its own. */
    AMQP.BasicProperties properties(long number, long now) {
        Map<String, Object> headers = new HashMap<>(properties.getHeaders());
        headers.put(Wire.SEND_HEADER, number);
        return properties
                .builder()
                .headers(headers)
                .expiration(Wire.expiration(left(now)))
                .build();
    }

    /** For how long the broker may keep it from now on; zero: for ever. */
    Duration left(long now) {
        Duration waited = Duration.ofNanos(now - posted);
        return timeToLive.isZero() || waited.compareTo(WAITED) < 0 ? timeToLive : timeToLive.minus(waited);
    }

    @Override
    public String toString() {
        return properties.getType() + " id=" + properties.getMessageId() + " correlation="
                + properties.getCorrelationId() + " bytes=" + body.length + " to=" + route;
    }
}
