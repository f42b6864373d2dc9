package dev.troth.codec;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troth.spi.Codec;

public final class JsonCodec implements Codec {
    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public byte[] write(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (java.io.IOException e) {
            throw new dev.troth.spi.CodecException("x", e);
        }
    }

    @Override
    public <T> T read(byte[] bytes, Class<T> type) {
        try {
            return mapper.readValue(bytes, type);
        } catch (java.io.IOException e) {
            throw new dev.troth.spi.CodecException("x", e);
        }
    }
}
