package dev.troth.codec;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import dev.troth.spi.Codec;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.jackson.dataformat.MessagePackFactory;
import org.msgpack.jackson.dataformat.MessagePackMapper;

/** MessagePack by Jackson. The only class that needs the library, so that its absence is seen in one place. */
final class MessagePackFormat implements Codec {
    private final JacksonCodec codec;

    MessagePackFormat() {
        MessagePackMapper mapper = JacksonCodec.configure(MessagePackMapper.builder(new MessagePackFactory()));
        mapper.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS); // its parser fails at the end; checkShape looks
        // The library would round a big decimal to a double.
        for (Class<?> number : List.of(BigDecimal.class, BigInteger.class)) {
            mapper.configOverride(number).setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.STRING));
            mapper.coercionConfigFor(number).setCoercion(CoercionInputShape.String, CoercionAction.TryConvert);
        }
        codec = new JacksonCodec("application/msgpack", mapper, ExactNumbers::new);
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
        try {
            checkShape(bytes);
        } catch (IOException | MessagePackException e) {
            throw codec.unreadable(bytes, type, "not one MessagePack value: " + e.getMessage(), e);
        }
        return codec.read(bytes, type);
    }

    /**
     * Walks over the value without building anything. The library believes the lengths that it reads: without this walk ten bytes
     * from outside could ask for two gigabytes, or for a nesting that overflows the stack.
     */
    private static void checkShape(byte[] bytes) throws IOException {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
            long[] left = new long[JacksonCodec.DEEPEST + 1]; // values still to come, per level
            left[0] = 1;
            int depth = 0;
            while (depth >= 0) {
                if (left[depth] == 0) {
                    depth--;
                    continue;
                }
                left[depth]--;
                long inside = switch (unpacker.getNextFormat().getValueType()) {
                    case ARRAY -> unpacker.unpackArrayHeader();
                    case MAP -> 2L * unpacker.unpackMapHeader();
                    default -> skipped(unpacker);
                };
                if (inside > 0) {
                    depth++;
                    if (depth > JacksonCodec.DEEPEST) {
                        throw new IOException("it is nested more than " + JacksonCodec.DEEPEST + " levels deep");
                    }
                    left[depth] = inside;
                }
            }
            if (unpacker.hasNext()) {
                throw new IOException("there are bytes after it");
            }
        }
    }

    private static long skipped(MessageUnpacker unpacker) throws IOException {
        unpacker.skipValue();
        return 0;
    }
}
