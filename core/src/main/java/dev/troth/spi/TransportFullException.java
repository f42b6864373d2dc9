package dev.troth.spi;

/** A transport has not taken a message, because it waits to send as many as it may already. It takes more when the broker takes those. */
public final class TransportFullException extends TransportException {
    private static final long serialVersionUID = 1L;

    /** With what was not taken, and the limit. */
    public TransportFullException(String message) {
        super(message, null);
    }
}
