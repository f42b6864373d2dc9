package dev.troth.tx;

import dev.troth.protocol.Gid;
import org.jspecify.annotations.Nullable;

/**
 * Whether the transaction committed is not known at the moment, because who decides it cannot be reached. It will be the same
 * everywhere; recovery sees to it by itself as soon as that can be reached again. {@code troth.outcome(gid)} answers then; after
 * {@code execute}, which has no decision log, only the participant can.
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

    private OutcomeUnknownException(Gid gid, String message) {
        super(message);
        this.gid = gid;
    }

    /** Of a transaction that is one branch: only its participant can tell. */
    public static OutcomeUnknownException ofOnePhase(Gid gid, String participant) {
        return new OutcomeUnknownException(
                gid,
                "The outcome of transaction " + gid + " is not known: participant '" + participant
                        + "', which alone decides it, does not answer. It has committed or never will; nothing is in doubt."
                        + " Look at what the participant has before you run it again: its table troth_branches has a row"
                        + " with state COMMITTED if it has committed.");
    }

    /** The transaction. */
    public Gid gid() {
        return gid;
    }
}
