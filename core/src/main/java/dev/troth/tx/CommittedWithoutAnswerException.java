package dev.troth.tx;

import dev.troth.protocol.Gid;

/**
 * A call of {@code execute} has committed, and what its handler returned is not to be had: it was lost, cannot be read, or there was
 * none. It must not be run again.
 */
public final class CommittedWithoutAnswerException extends TrothException {
    private static final long serialVersionUID = 1L;

    private final transient Gid gid;

    /** Creates it. */
    public CommittedWithoutAnswerException(Gid gid, String participant, Throwable cause) {
        super(
                gid + " has committed at participant '" + participant + "', but its answer is not to be had: "
                        + cause.getMessage()
                        + " Read in its database what the command has written; do not run it again.",
                cause);
        this.gid = gid;
    }

    /** The call. */
    public Gid gid() {
        return gid;
    }
}
