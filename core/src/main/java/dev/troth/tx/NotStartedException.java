package dev.troth.tx;

/** The transaction was not started: too many wait already, or the service is stopping. Nothing was done; try again later. */
public final class NotStartedException extends TrothException {
    private static final long serialVersionUID = 1L;

    /** With the numbers. */
    public NotStartedException(String message) {
        super(message);
    }
}
