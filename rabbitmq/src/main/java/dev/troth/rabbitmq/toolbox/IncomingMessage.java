package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.troth.rabbitmq.RabbitDelivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message that was delivered to a consumer. It is settled at most once, on any thread: the first call counts, later ones do nothing.
 * A delivery whose channel is lost cannot be settled any more, and comes again.
 */
public final class IncomingMessage {
    private static final Logger LOG = LoggerFactory.getLogger(IncomingMessage.class);

    private final RabbitDelivery delivery;
    private final byte[] body;
    private final Channel channel;
    private final AtomicBoolean settled;

    IncomingMessage(RabbitDelivery delivery, byte[] body, Channel channel, boolean settled) {
        this.delivery = delivery;
        this.body = body;
        this.channel = channel;
        this.settled = new AtomicBoolean(settled);
    }

    /** Delivery tag, exchange, routing key, redelivered and all properties; trust nothing in them. */
    public RabbitDelivery delivery() {
        return delivery;
    }

    /** The bytes; not copied. */
    public byte[] body() {
        return body;
    }

    /** The bytes as text in UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The headers, with text as {@link String}. */
    public Map<String, Object> headers() {
        Map<String, Object> headers = delivery.properties().getHeaders();
        return headers == null ? Map.of() : HeaderTable.readable(headers);
    }

    /** Whether it is settled: by one of the calls below, or because the broker was told to forget it as it sent it. */
    public boolean settled() {
        return settled.get();
    }

    /**
     * Done: the broker may forget it.
     *
     * @return whether the acknowledgement was sent; false if it was settled before, or its channel is lost and it comes again. Even if it
     *     was sent it may get lost with the connection, and the message come again
     */
    public boolean ack() {
        return settle(() -> channel.basicAck(delivery.deliveryTag(), false));
    }

    /** Not done: it goes back to its place in the queue, and comes again. Returns as {@link #ack()}. */
    public boolean requeue() {
        return settle(() -> channel.basicNack(delivery.deliveryTag(), false, true));
    }

    /** Never to be done: it goes to the dead-letter exchange of its queue; without one it is lost. Returns as {@link #ack()}. */
    public boolean reject() {
        return settle(() -> channel.basicNack(delivery.deliveryTag(), false, false));
    }

    Channel channel() {
        return channel;
    }

    private interface Settlement {
        void send() throws IOException;
    }

    private boolean settle(Settlement settlement) {
        if (!settled.compareAndSet(false, true)) {
            return false;
        }
        try {
            settlement.send();
            return true;
        } catch (IOException | ShutdownSignalException | IllegalStateException lost) {
            LOG.debug("not settled, the channel is lost and it comes again tag={}", delivery.deliveryTag(), lost);
            return false;
        }
    }

    /** Without the body. */
    @Override
    public String toString() {
        return "message " + delivery.deliveryTag() + " of " + body.length + " bytes";
    }
}
