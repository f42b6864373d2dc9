package dev.troth.testkit.servers;

import org.jspecify.annotations.Nullable;

/** A private server did not do what it was asked to. The message ends with the last lines of the server's log. */
public final class ServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServerException(String message) {
        this(message, null);
    }

    ServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
