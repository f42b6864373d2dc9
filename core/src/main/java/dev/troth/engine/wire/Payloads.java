package dev.troth.engine.wire;

import dev.troth.message.Kind;
import dev.troth.protocol.Address;
import dev.troth.protocol.Payload;
import dev.troth.spi.Codec;
import dev.troth.spi.CodecException;
import dev.troth.tx.TrothException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values as payloads and back, with one codec and one limit. */
public final class Payloads {
    private static final String ANSWER = "answer";

    private final Codec codec;
    private final int limit;

    /** Creates it; the limit is in bytes. */
    public Payloads(Codec codec, int limit) {
        this.codec = codec;
        this.limit = limit;
    }

    /** The largest payload, in bytes. */
    public int limit() {
        return limit;
    }

    /**
     * A command as it travels.
     *
     * @throws TrothException if its type has no kind, or it is too large; nothing was sent
     */
    public Payload command(Object command) {
        return payload(kindOf(command.getClass()), command);
    }

    /** A handler's answer as it travels; null and an empty {@link Optional} are nothing. */
    public Payload answer(@Nullable Object answer) {
        Object value = answer instanceof Optional<?> optional ? optional.orElse(null) : answer;
        return value == null ? Payload.NOTHING : payload(ANSWER, value);
    }

    private Payload payload(String kind, Object value) {
        byte[] bytes = codec.write(value);
        if (bytes.length > limit) {
            throw new TrothException(
                    "A payload of kind '" + kind + "' has " + bytes.length + " bytes, more than the limit of " + limit
                            + ". It was not sent. Send a reference to the data, or raise .payloadLimit(bytes) on both sides.");
        }
        return new Payload(kind, codec.contentType(), bytes);
    }

    /**
     * Reads a payload.
     *
     * @throws CodecException if it cannot be read as that type
     */
    public <T> T read(Payload payload, Class<T> type) {
        if (!payload.contentType().equals(codec.contentType())) {
            throw new CodecException(
                    "A payload of kind '" + payload.kind() + "' came as " + payload.contentType()
                            + ", but this service reads " + codec.contentType()
                            + ". Give both services the same .codec(…).",
                    null);
        }
        return codec.read(payload.body(), type);
    }

    /** Reads an answer; a handler that returned nothing answers null. */
    public <R> @Nullable R readAnswer(Payload answer, Class<R> type) {
        if (type == Void.class) {
            return null;
        }
        if (answer.kind().equals(Payload.NOTHING.kind())) {
            throw new CodecException(
                    "The handler returned nothing, but a " + type.getSimpleName() + " was expected.", null);
        }
        if (isLost(answer)) {
            throw new CodecException(
                    "The " + type.getSimpleName() + " that the handler returned was lost in a crash, after its work was"
                            + " done.",
                    null);
        }
        return read(answer, type);
    }

    /** Whether there was an answer and a crash took it. */
    public static boolean isLost(Payload answer) {
        return answer.kind().equals(Payload.LOST.kind());
    }

    /**
     * The topic of events of a type: its kind.
     *
     * @throws TrothException if the kind cannot be a topic
     */
    public static Address.Topic topicOf(Class<?> type) {
        String kind = kindOf(type);
        try {
            return new Address.Topic(kind);
        } catch (IllegalArgumentException e) {
            throw new TrothException(
                    "@Kind(\"" + kind + "\") of " + type.getName()
                            + " cannot be the topic of an event. Nothing was done. A topic has words of lower-case letters, digits"
                            + " or dashes with dots between them, at most 100 characters: @Kind(\"blog.submitted\").",
                    e);
        }
    }

    /**
     * The stable name under which values of a type travel.
     *
     * @throws TrothException if it has none, with the line to add
     */
    public static String kindOf(Class<?> type) {
        Kind kind = type.getAnnotation(Kind.class);
        if (kind == null) {
            throw new TrothException(
                    type.getName() + " has no kind, the stable name under which it travels. Add @Kind(\""
                            + type.getSimpleName()
                                    .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                                    .toLowerCase(Locale.ROOT)
                            + "\") to it, and keep that name when the class is renamed.");
        }
        return kind.value();
    }
}
