package dev.troth.codec;

import dev.troth.spi.Codec;
import dev.troth.tx.TrothException;

/**
 * MessagePack: smaller and faster than JSON, not readable by eye. Strict and safe in the same way as {@link JsonCodec}. Times are
 * ISO text and big decimals are text, so that nothing is rounded.
 *
 * <p>It needs {@code org.msgpack:jackson-dataformat-msgpack}, which Troth does not bring along.
 */
public final class MessagePackCodec implements Codec {
    private final Codec codec;

    /**
     * A codec, good for all types.
     *
     * @throws TrothException if the library is missing
     */
    public MessagePackCodec() {
        try {
            codec = new MessagePackFormat();
        } catch (NoClassDefFoundError e) {
            throw new TrothException(
                    "MessagePackCodec needs a library that is not on the class path. Add the dependency"
                            + " org.msgpack:jackson-dataformat-msgpack:0.9.11, or use JsonCodec.",
                    e);
        }
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
