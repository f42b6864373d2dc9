package dev.troth.cli.demo;

import org.jspecify.annotations.Nullable;

/** The demo could not be played to its end. */
final class DemoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
