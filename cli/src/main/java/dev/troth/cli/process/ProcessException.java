package dev.troth.cli.process;

import org.jspecify.annotations.Nullable;

/** A service process did not do what it was started for. */
public final class ProcessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what it did not do, and the end of what it wrote. */
    public ProcessException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
