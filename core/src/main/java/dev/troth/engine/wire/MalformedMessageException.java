package dev.troth.engine.wire;

/** An envelope is not a message of the protocol; its message says why. */
public final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
        super(message, null, false, false);
    }
}
