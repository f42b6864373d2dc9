package dev.troth.tx;

import dev.troth.protocol.Gid;
import org.jspecify.annotations.Nullable;

/**
 * Whether the transaction committed is not known at the moment, because who decides it cannot be reached. It will be the same
 * everywhere. {@code troth.outcome(gid)} answers as soon as the decision log can be reached again; a call of {@code execute} is
 * decided by its participant's database alone.
 */
public final class OutcomeUnknownException extends TrothException {
    private static final long serialVersionUID = 1L;

    private final transient Gid gid;

    private OutcomeUnknownException(Gid gid, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.gid = gid;
    }

    /** The decision log does not answer. */
    public static OutcomeUnknownException ofLog(Gid gid, @Nullable Throwable cause) {
        return new OutcomeUnknownException(
                gid,
                "The outcome of transaction " + gid
                        + " is not known yet: the decision log in the service's own database does not"
                        + " answer. It will be the same in every database; recovery finishes it without you. Ask outcome(gid)"
                        + " later, and do not run it again before.",
                cause);
    }

    /** The participant of a call of {@code execute} does not answer. */
    public static OutcomeUnknownException ofParticipant(Gid gid, String participant, @Nullable Throwable cause) {
        return new OutcomeUnknownException(
                gid,
                "The outcome of " + gid + " is not known: participant '" + participant
                        + "', which decides it alone, does not"
                        + " answer. It either committed before its deadline " + gid.deadline()
                        + " or never will. Look in its"
                        + " database for what the command should have written before you run it again.",
                cause);
    }

    /** The transaction. */
    public Gid gid() {
        return gid;
    }
}
