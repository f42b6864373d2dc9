package dev.troth.tx;

import dev.troth.protocol.Gid;
import org.jspecify.annotations.Nullable;

/**
 * Whether the transaction committed is not known at the moment, because who decides it cannot be reached. It will be the same
 * everywhere; recovery sees to it by itself as soon as that can be reached again. {@code troth.outcome(gid)} answers then.
 */
public final class OutcomeUnknownException extends TrothException {
    private static final long serialVersionUID = 1L;

    private final transient Gid gid;

    /** With who could not be reached, and the cause if there is one. */
    public OutcomeUnknownException(Gid gid, String who, @Nullable Throwable cause) {
        super(
                "The outcome of transaction " + gid + " is not known yet: " + who
                        + ". It will be the same in every database;"
                        + " recovery finishes it without you. Ask outcome(gid) later, and do not run it again before.",
                cause);
        this.gid = gid;
    }

    /** The transaction. */
    public Gid gid() {
        return gid;
    }
}
