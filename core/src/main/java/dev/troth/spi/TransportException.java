package dev.troth.spi;

import org.jspecify.annotations.Nullable;

/** A transport could not do what was asked, or does not know whether it did. */
public sealed class TransportException extends RuntimeException permits UnfitMessageException, TransportFullException {
    private static final long serialVersionUID = 1L;

    /** With what failed, with which values, and the cause if there is one. */
    public TransportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
