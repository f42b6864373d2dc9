package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.LongString;
import dev.troth.message.Envelope;
import dev.troth.protocol.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes as AMQP properties and back. The same limits hold in both directions, so that what can be sent can be read;
 * nothing is trusted that arrives.
 */
final class Wire {
    /** Carries the number of a publish, by which a returned message is recognised. */
    static final String SEND_HEADER = "troth-send";

    private static final int MAX_SHORT = 255;
    private static final int MAX_HEADERS = 64;
    private static final int MAX_HEADER_BYTES = 64 << 10;
    private static final int MAX_SHARED_BYTES = 32 << 10;
    private static final long MAX_EXPIRATION = 0xFFFF_FFFFL;
    private static final int PERSISTENT = 2;
    private static final int TRANSIENT = 1;

    private final int maxBytes;
    private final boolean persistAll;

    Wire(RabbitOptions options) {
        this.maxBytes = options.maxMessageBytes();
        this.persistAll = options.persistent();
    }

    /** A message from outside cannot be an envelope, or an envelope cannot be a message. */
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String why) {
            super(why, null, false, false);
        }
    }

    /** The properties of an envelope, without what changes from publish to publish. */
    AMQP.BasicProperties write(Envelope envelope) throws Unfit {
        checkBody(envelope.body());
        if (envelope.type().equals(Batch.TYPE)) {
            throw new Unfit("the type " + Batch.TYPE + " is the transport's own");
        }
        checkIds(envelope.type(), envelope.messageId(), envelope.correlationId());
        checkText("content type", envelope.contentType(), MAX_SHORT);
        checkHeaders(envelope.headers());
        return new AMQP.BasicProperties.Builder()
                .type(envelope.type())
                .messageId(envelope.messageId())
                .correlationId(envelope.correlationId())
                .contentType(envelope.contentType())
                .deliveryMode(envelope.persistent() || persistAll ? PERSISTENT : TRANSIENT)
                .appId("troth")
                .headers(new HashMap<>(envelope.headers()))
                .build();
    }

    /** Only what may be lost shares a message: a persistent one is settled by itself. */
    Parcel.Sharing sharing(Route route, Envelope envelope) {
        int most = envelope.persistent() || persistAll ? 1 : route.sharing();
        int bytes = most == 1 ? 0 : Batch.atMost(envelope);
        int limit = Math.min(MAX_SHARED_BYTES, maxBytes - Batch.HEAD);
        return most == 1 || bytes > limit / 2 ? Parcel.Sharing.ALONE : new Parcel.Sharing(most, bytes, limit);
    }

    /** An expiration as AMQP has it, or null for none. */
    static @Nullable String expiration(Duration timeToLive) {
        if (timeToLive.isZero() || timeToLive.compareTo(Duration.ofMillis(MAX_EXPIRATION)) > 0) {
            return null;
        }
        return Long.toString(Math.max(1, timeToLive.plusNanos(999_999).toMillis()));
    }

    Envelope read(AMQP.BasicProperties properties, byte[] body) throws Unfit {
        checkBody(body);
        String type = orEmpty(properties.getType());
        String messageId = orEmpty(properties.getMessageId());
        String correlationId = orEmpty(properties.getCorrelationId());
        String contentType = orEmpty(properties.getContentType());
        checkIds(type, messageId, correlationId);
        if (type.equals(Batch.TYPE)) {
            throw new Unfit("a batch where none can be");
        }
        checkText("content type", contentType, MAX_SHORT);
        Map<String, String> headers = headers(properties.getHeaders());
        checkHeaders(headers);
        return new Envelope(
                type,
                messageId,
                correlationId,
                contentType,
                timeToLive(properties.getExpiration()),
                Integer.valueOf(PERSISTENT).equals(properties.getDeliveryMode()),
                headers,
                body);
    }

    private static Map<String, String> headers(@Nullable Map<String, Object> wire) throws Unfit {
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, Object> header :
                wire == null ? Map.<String, Object>of().entrySet() : wire.entrySet()) {
            String name = header.getKey();
            if (name.equals(SEND_HEADER) || name.startsWith("x-")) {
                continue; // our own, and those of brokers
            }
            if (!(header.getValue() instanceof LongString || header.getValue() instanceof String)) {
                throw new Unfit("header '" + Text.quote(name) + "' is not text");
            }
            headers.put(name, header.getValue().toString());
        }
        return headers;
    }

    private static Duration timeToLive(@Nullable String expiration) throws Unfit {
        if (expiration == null) {
            return Duration.ZERO;
        }
        try {
            return Duration.ofMillis(Long.parseLong(expiration));
        } catch (NumberFormatException e) {
            throw new Unfit("expiration '" + Text.quote(expiration) + "' is not a number");
        }
    }

    private void checkBody(byte[] body) throws Unfit {
        if (body.length > maxBytes) {
            throw new Unfit("body of " + body.length + " bytes is over the limit of " + maxBytes
                    + " (RabbitOptions.maxMessageBytes)");
        }
    }

    private static void checkIds(String type, String messageId, String correlationId) throws Unfit {
        if (type.isEmpty() || messageId.isEmpty() || correlationId.isEmpty()) {
            throw new Unfit("type '" + Text.quote(type) + "', message id '" + Text.quote(messageId)
                    + "', correlation id '" + Text.quote(correlationId) + "': none of them may be missing");
        }
        checkText("type", type, MAX_SHORT);
        checkText("message id", messageId, MAX_SHORT);
        checkText("correlation id", correlationId, MAX_SHORT);
    }

    private static void checkHeaders(Map<String, String> headers) throws Unfit {
        if (headers.size() > MAX_HEADERS) {
            throw new Unfit(headers.size() + " headers are more than " + MAX_HEADERS);
        }
        int bytes = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = header.getKey();
            checkText("header name", name, MAX_SHORT);
            if (name.equals("CC") || name.equals("BCC") || name.startsWith("x-") || name.equals(SEND_HEADER)) {
                throw new Unfit("header '" + name + "' means something to the broker");
            }
            bytes += checkText("header", name, header.getValue(), MAX_HEADER_BYTES) + name.length();
        }
        if (bytes > MAX_HEADER_BYTES) {
            throw new Unfit("headers of " + bytes + " bytes are over the limit of " + MAX_HEADER_BYTES);
        }
    }

    private static int checkText(String what, String text, int limit) throws Unfit {
        return checkText(what, "", text, limit);
    }

    private static int checkText(String what, String name, String text, int limit) throws Unfit {
        if (Text.hasControls(text)) {
            throw new Unfit(called(what, name) + " '" + Text.quote(text) + "' has control characters");
        }
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limit) {
            throw new Unfit(called(what, name) + " of " + bytes + " bytes is over the limit of " + limit + ": '"
                    + Text.quote(text) + "'");
        }
        return bytes;
    }

    private static String called(String what, String name) {
        return name.isEmpty() ? what : what + ' ' + Text.quote(name);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
