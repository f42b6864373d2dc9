package dev.troth.spi;

/**
 * Turns values into bytes and back. It never reads or writes class names: the reader says which type it wants. Safe for use by
 * several threads. {@code CodecContract} in troth-testkit proves an implementation.
 */
public interface Codec {
    /** How its bytes are called, for example {@code application/json}. */
    String contentType();

    /**
     * Writes a value.
     *
     * @throws CodecException if it cannot be written
     */
    byte[] write(Object value);

    /**
     * Reads a value; fields that the type does not have are ignored.
     *
     * @throws CodecException if the bytes are not a value of that type
     */
    <T> T read(byte[] bytes, Class<T> type);
}
