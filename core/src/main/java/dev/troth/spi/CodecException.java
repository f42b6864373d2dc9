package dev.troth.spi;

import org.jspecify.annotations.Nullable;

/** Bytes could not be read as a value, or a value not be written as bytes. */
public final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what failed, and the cause if there is one. */
    public CodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
