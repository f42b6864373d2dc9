package dev.troth.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.troth.spi.Codec;

/**
 * JSON, with records, {@code java.time} as ISO text, and {@code Optional}; the codec that is used if none is set.
 *
 * <p>Readers ignore fields that they do not know. They refuse what would change a value silently: text where a number is wanted, a
 * fraction for a whole number, a missing or null primitive, anything after the value, more than 200 levels. So a field that is
 * added to a kind later must not be a primitive: an older sender does not send it. Class names are neither written nor
 * read, and types that ask for them by annotation are refused.
 */
public final class JsonCodec implements Codec {
    private final JacksonCodec codec;

    /** A codec, good for all types. */
    public JsonCodec() {
        JsonFactory factory = JsonFactory.builder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // the names come from outside
                .streamReadConstraints(JacksonCodec.READ_LIMITS)
                .build();
        codec = new JacksonCodec(
                "application/json", JacksonCodec.configure(JsonMapper.builder(factory)), parser -> parser);
    }

    @Override
    public String contentType() {
        return codec.contentType();
    }

    @Override
    public byte[] write(Object value) {
        return codec.write(value);
    }

    @Override
    public <T> T read(byte[] bytes, Class<T> type) {
        return codec.read(bytes, type);
    }
}
