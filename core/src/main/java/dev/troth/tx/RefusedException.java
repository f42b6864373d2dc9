package dev.troth.tx;

/** Thrown by a handler to refuse its branch for a reason of the business. The message reaches the caller of the transaction. */
public class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the reason, written for the caller. */
    public RefusedException(String reason) {
        super(reason, null, false, false);
    }

    /** With the reason, written for the caller, and what led to it, for those who look after the service. */
    public RefusedException(String reason, Throwable cause) {
        super(reason, cause, false, true);
    }
}
