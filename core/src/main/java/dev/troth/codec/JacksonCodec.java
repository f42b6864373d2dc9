package dev.troth.codec;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.troth.protocol.Text;
import dev.troth.spi.Codec;
import dev.troth.spi.CodecException;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the codecs that use Jackson have in common.
 *
 * @param contentType how its bytes are called
 * @param mapper configured by {@link #configure}
 * @param guard wraps the parser of everything that is read
 */
record JacksonCodec(String contentType, ObjectMapper mapper, UnaryOperator<JsonParser> guard) implements Codec {
    static final int DEEPEST = 200;
    static final StreamReadConstraints READ_LIMITS =
            StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build();

    private static final int MESSAGE_SHOWN = 300;

    /** The settings that make it safe and strict; {@link JsonCodec} says which. */
    static <M extends ObjectMapper, B extends MapperBuilder<M, B>> M configure(MapperBuilder<M, B> builder) {
        return builder.addModule(new JavaTimeModule())
                .addModule(new Jdk8Module())
                .disable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.ACCEPT_FLOAT_AS_INT,
                        DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .enable(
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(
                        SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                        SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
                        SerializationFeature.FAIL_ON_EMPTY_BEANS) // a command may have no fields
                // Allows no type at all, so a type that asks for class names by annotation is refused.
                .polymorphicTypeValidator(
                        BasicPolymorphicTypeValidator.builder().build())
                .build();
    }

    @Override
    public byte[] write(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (IOException | RuntimeException e) {
            throw new CodecException(
                    "A " + value.getClass().getName() + " cannot be written as " + contentType + ": " + reason(e), e);
        } catch (StackOverflowError e) {
            throw new CodecException(
                    "A " + value.getClass().getName() + " cannot be written as " + contentType
                            + ": it contains itself, or is nested too deeply",
                    e);
        }
    }

    @Override
    public <T> T read(byte[] bytes, Class<T> type) {
        T value;
        try (JsonParser parser = guard.apply(mapper.createParser(bytes))) {
            value = mapper.readValue(parser, type);
        } catch (IOException | RuntimeException e) {
            throw unreadable(bytes, type, reason(e), e);
        }
        if (value == null) {
            throw unreadable(bytes, type, "it is null", null);
        }
        return value;
    }

    CodecException unreadable(byte[] bytes, Class<?> type, String reason, @Nullable Exception cause) {
        return new CodecException(
                bytes.length + " bytes of " + contentType + " cannot be read as " + type.getName() + ": " + reason,
                cause);
    }

    private static String reason(Exception e) {
        String message = e instanceof JacksonException jackson ? jackson.getOriginalMessage() : e.getMessage();
        return Text.clip(message == null ? e.getClass().getName() : message, MESSAGE_SHOWN);
    }
}
