package dev.troth.rabbitmq;

/** No connection was made. Its message says everything but what happens next. */
final class DialException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean refused;

    DialException(String message, boolean refused, Throwable cause) {
        super(message, cause);
        this.refused = refused;
    }

    /** Whether trying again is in vain until somebody changes something: the broker or TLS said no. */
    boolean refused() {
        return refused;
    }
}
