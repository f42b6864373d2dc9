package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.AMQP;
import dev.troth.protocol.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A message to be published. An immutable value: every method returns a changed copy. It is persistent and mandatory unless told
 * otherwise, so Confirmed means that a queue has it.
 */
public final class OutgoingMessage {
    private static final int PERSISTENT = 2;
    private static final int TRANSIENT = 1;

    private final String exchange;
    private final String routingKey;
    private final boolean mandatory;
    private final byte[] body;
    private final AMQP.BasicProperties properties;

    private OutgoingMessage(
            String exchange, String routingKey, boolean mandatory, byte[] body, AMQP.BasicProperties properties) {
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.mandatory = mandatory;
        this.body = body;
        this.properties = properties;
    }

    /** A message for an exchange, which routes it by the key. The bytes are copied. */
    public static OutgoingMessage to(Exchange exchange, String routingKey, byte[] body) {
        return new OutgoingMessage(
                exchange.name(),
                Names.shortText("routing key", routingKey),
                true,
                body.clone(),
                new AMQP.BasicProperties.Builder().deliveryMode(PERSISTENT).build());
    }

    /** A message for an exchange, with a text in UTF-8. */
    public static OutgoingMessage to(Exchange exchange, String routingKey, String text) {
        return to(exchange, routingKey, text.getBytes(StandardCharsets.UTF_8)).contentType("text/plain; charset=utf-8");
    }

    /** A message for one queue, by way of the default exchange. */
    public static OutgoingMessage toQueue(String queue, byte[] body) {
        return to(Exchange.DEFAULT, queue, body);
    }

    /** A message for one queue, with a text in UTF-8. */
    public static OutgoingMessage toQueue(String queue, String text) {
        return to(Exchange.DEFAULT, queue, text);
    }

    private OutgoingMessage with(UnaryOperator<AMQP.BasicProperties.Builder> change) {
        return new OutgoingMessage(
                exchange,
                routingKey,
                mandatory,
                body,
                change.apply(properties.builder()).build());
    }

    /** A copy that may vanish when no queue takes it: the broker confirms it all the same. */
    public OutgoingMessage notMandatory() {
        return new OutgoingMessage(exchange, routingKey, false, body, properties);
    }

    /** A copy that a restart of the broker may forget. Quorum queues write it to disk all the same. */
    public OutgoingMessage transientOnly() {
        return with(p -> p.deliveryMode(TRANSIENT));
    }

    /** A copy with a priority, 0 to 255; a queue without {@link Queue#maxPriority} ignores it. */
    public OutgoingMessage priority(int priority) {
        return with(p -> p.priority((int) Names.within("priority", priority, 0, 255)));
    }

    /** A copy that expires when it has waited so long in a queue, in milliseconds; zero: unless it is consumed at once. */
    public OutgoingMessage expiration(Duration time) {
        return with(p -> p.expiration(Long.toString(Names.millis("expiration", time, 0))));
    }

    /** A copy with this header too: text, number, boolean, {@link java.util.Date}, bytes, a list or a map of these. It is copied. */
    public OutgoingMessage header(String name, Object value) {
        if (name.equals(Publishing.SEND_HEADER)) {
            throw new IllegalArgumentException("The header '" + name + "' is the toolbox's own.");
        }
        Map<String, Object> more = new TreeMap<>(headers());
        more.put(name, value);
        return with(p -> p.headers(HeaderTable.copy("header", more)));
    }

    /** A copy with a correlation id. */
    public OutgoingMessage correlationId(String id) {
        return with(p -> p.correlationId(Names.shortText("correlation id", id)));
    }

    /** A copy with a message id: the same for every attempt to send this message, so that who receives it can tell. */
    public OutgoingMessage messageId(String id) {
        return with(p -> p.messageId(Names.shortText("message id", id)));
    }

    /** A copy with a type: what kind of message it is. */
    public OutgoingMessage type(String type) {
        return with(p -> p.type(Names.shortText("type", type)));
    }

    /** A copy with a content type. */
    public OutgoingMessage contentType(String type) {
        return with(p -> p.contentType(Names.shortText("content type", type)));
    }

    /** A copy that says where an answer is wanted. */
    public OutgoingMessage replyTo(String queue) {
        return with(p -> p.replyTo(Names.shortText("reply-to", queue)));
    }

    /** The exchange; "" is the default one. */
    public String exchange() {
        return exchange;
    }

    /** The routing key. */
    public String routingKey() {
        return routingKey;
    }

    boolean mandatory() {
        return mandatory;
    }

    byte[] body() {
        return body;
    }

    Map<String, Object> headers() {
        return properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    }

    /** The properties for the wire, with the number by which it is known again if it is returned. */
    AMQP.BasicProperties numbered(long number) {
        if (!mandatory) {
            return properties;
        }
        Map<String, Object> headers = new TreeMap<>(headers());
        headers.put(Publishing.SEND_HEADER, number);
        return properties.builder().headers(headers).build();
    }

    /** Without the body. */
    @Override
    public String toString() {
        return "message to " + (exchange.isEmpty() ? "the default exchange" : "exchange '" + exchange + "'")
                + " with routing key '" + Text.quote(routingKey) + "'"
                + (properties.getMessageId() == null ? "" : " and id '" + Text.quote(properties.getMessageId()) + "'");
    }
}
