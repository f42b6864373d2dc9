package dev.troth.rabbitmq.toolbox;

import dev.troth.rabbitmq.RabbitDelivery;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A message that was looked at and is in its queue again. */
public final class PeekedMessage {
    private final RabbitDelivery delivery;
    private final byte[] body;

    PeekedMessage(RabbitDelivery delivery, byte[] body) {
        this.delivery = delivery;
        this.body = body;
    }

    /** Exchange, routing key, redelivered and all properties; the delivery tag is of no use any more. */
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
}
