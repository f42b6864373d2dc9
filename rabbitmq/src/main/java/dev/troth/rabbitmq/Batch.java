package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import dev.troth.message.Envelope;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several transient messages to one address in one message of type {@code BATCH}. Numbers are big-endian, a text has its length in bytes before it and
 * is UTF-8:
 *
 * <pre>
 *   body    1 byte   version, 1
 *           2 bytes  how many parts, 2 to 256
 *           parts    each with its length before it, in 4 bytes
 *   part    type, message id, correlation id, content type   texts, length in 1 byte
 *           4 bytes  time to live in milliseconds; 0: for ever
 *           1 byte   how many headers
 *           headers  name: text, length in 1 byte; value: text, length in 4 bytes
 *           the rest is the part's body
 * </pre>
 *
 * A part means what it would mean as a message of its own, and is checked as one. One that cannot be read is a dead letter by itself.
 */
final class Batch {
    static final String TYPE = "BATCH";

    /** Bytes before the first part. */
    static final int HEAD = 3;

    private static final byte VERSION = 1;
    private static final int MAX_PARTS = 256;
    private static final int MOST_BYTES_OF_A_CHARACTER = 3;
    private static final long UNSIGNED_INT = 0xFFFF_FFFFL;
    private static final int UNSIGNED_SHORT = 0xFFFF;
    private static final int UNSIGNED_BYTE = 0xFF;
    private static final int TEXTS = 4;
    private static final int TRANSIENT = 1;
    private static final String COUNT_OF_BROKER = "x-delivery-count";

    private Batch() {}

    /** A part, as a message of its own would have come; never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record Part(AMQP.BasicProperties properties, byte[] body) {}

    /** How many bytes its part takes at most. */
    static int atMost(Envelope envelope) {
        int characters = envelope.type().length()
                + envelope.messageId().length()
                + envelope.correlationId().length()
                + envelope.contentType().length();
        int headers = 0;
        for (Map.Entry<String, String> header : envelope.headers().entrySet()) {
            characters += header.getKey().length() + header.getValue().length();
            headers++;
        }
        return Integer.BYTES
                + TEXTS
                + Integer.BYTES
                + 1
                + headers * (1 + Integer.BYTES)
                + MOST_BYTES_OF_A_CHARACTER * characters
                + envelope.body().length;
    }

    /** It is kept as long as the one of its parts that may be kept longest. */
    static AMQP.BasicProperties properties(List<Parcel> parcels, long number, long now) {
        AMQP.BasicProperties first = parcels.get(0).properties();
        Duration left = parcels.stream()
                .map(parcel -> parcel.left(now))
                .max(Duration::compareTo)
                .orElseThrow();
        return new AMQP.BasicProperties.Builder()
                .type(TYPE)
                .messageId(first.getMessageId())
                .correlationId(first.getCorrelationId())
                .contentType("application/vnd.troth.batch")
                .deliveryMode(TRANSIENT)
                .appId("troth")
                .headers(Map.of(Wire.SEND_HEADER, number))
                .expiration(Wire.expiration(left))
                .build();
    }

    static byte[] write(List<Parcel> parcels, long now) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(parcels.size() * 512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeShort(parcels.size());
            for (Parcel parcel : parcels) {
                byte[] part = part(parcel, now);
                out.writeInt(part.length);
                out.write(part);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static byte[] part(Parcel parcel, long now) throws IOException {
        AMQP.BasicProperties properties = parcel.properties();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(parcel.sharing().bytes());
        DataOutputStream out = new DataOutputStream(bytes);
        writeShort(out, properties.getType());
        writeShort(out, properties.getMessageId());
        writeShort(out, properties.getCorrelationId());
        writeShort(out, properties.getContentType());
        String expiration = Wire.expiration(parcel.left(now));
        out.writeInt(expiration == null ? 0 : (int) Long.parseLong(expiration));
        out.writeByte(properties.getHeaders().size());
        for (Map.Entry<String, Object> header : properties.getHeaders().entrySet()) {
            writeShort(out, header.getKey());
            byte[] value = header.getValue().toString().getBytes(StandardCharsets.UTF_8);
            out.writeInt(value.length);
            out.write(value);
        }
        out.write(parcel.body());
        return bytes.toByteArray();
    }

    private static void writeShort(DataOutputStream out, String text) throws IOException {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte(value.length);
        out.write(value);
    }

    static boolean is(AMQP.BasicProperties properties) {
        return TYPE.equals(properties.getType());
    }

    /**
     * The parts of a batch; one that cannot be read is nothing but its bytes, which nobody takes for a message.
     *
     * @throws Wire.Unfit if it is none
     */
    static List<Part> read(AMQP.BasicProperties properties, byte[] body) throws Wire.Unfit {
        ByteBuffer in = ByteBuffer.wrap(body);
        List<Part> parts = new ArrayList<>();
        try {
            byte version = in.get();
            int count = in.getShort() & UNSIGNED_SHORT;
            if (version != VERSION || count < 2 || count > MAX_PARTS) {
                throw new Wire.Unfit("a batch of version " + version + " with " + count
                        + " parts: here is known version " + VERSION + ", with 2 to " + MAX_PARTS);
            }
            for (int i = 0; i < count; i++) {
                parts.add(part(bytes(in, in.getInt()), count(properties)));
            }
        } catch (BufferUnderflowException tooShort) {
            throw new Wire.Unfit("a batch that ends too soon, in part " + (parts.size() + 1));
        }
        if (in.hasRemaining()) {
            throw new Wire.Unfit("a batch with " + in.remaining() + " bytes behind its last part");
        }
        return parts;
    }

    /** How often the broker has delivered the whole is true of each part. */
    private static @Nullable Object count(AMQP.BasicProperties properties) {
        return properties.getHeaders() == null ? null : properties.getHeaders().get(COUNT_OF_BROKER);
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static Part part(byte[] part, @Nullable Object deliveries) {
        ByteBuffer in = ByteBuffer.wrap(part);
        try {
            AMQP.BasicProperties.Builder properties = new AMQP.BasicProperties.Builder()
                    .type(text(in))
                    .messageId(text(in))
                    .correlationId(text(in))
                    .contentType(text(in))
                    .deliveryMode(TRANSIENT)
                    .appId("troth");
            long timeToLive = in.getInt() & UNSIGNED_INT;
            int count = in.get() & UNSIGNED_BYTE;
            Map<String, Object> headers = new HashMap<>();
            for (int i = 0; i < count; i++) {
                headers.put(text(in), new String(bytes(in, in.getInt()), StandardCharsets.UTF_8));
            }
            if (deliveries != null) {
                headers.put(COUNT_OF_BROKER, deliveries);
            }
            properties.headers(headers).expiration(timeToLive == 0 ? null : Long.toString(timeToLive));
            return new Part(properties.build(), bytes(in, in.remaining()));
        } catch (BufferUnderflowException unreadable) {
            return new Part(new AMQP.BasicProperties(), part);
        }
    }

    private static String text(ByteBuffer in) {
        return new String(bytes(in, in.get() & UNSIGNED_BYTE), StandardCharsets.UTF_8);
    }
}
