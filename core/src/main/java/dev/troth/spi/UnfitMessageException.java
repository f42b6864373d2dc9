package dev.troth.spi;

import org.jspecify.annotations.Nullable;

/** A transport can never carry this message: it is too large, for example. Nothing was sent. */
public final class UnfitMessageException extends TransportException {
    private static final long serialVersionUID = 1L;

    /** With what is wrong with which message, and the cause if there is one. */
    public UnfitMessageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
