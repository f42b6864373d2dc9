package dev.troth.spi;

import org.jspecify.annotations.Nullable;

/** A decision log or branch store could not do what was asked, or does not know whether it did. */
public sealed class StoreException extends RuntimeException permits UnfitStoreException {
    private static final long serialVersionUID = 1L;

    /** With what failed, with which values, and the cause if there is one. */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
