package dev.troth.tx;

import dev.troth.protocol.Gid;
import java.time.Duration;

/** The transaction ended so long ago that the decision log may have deleted its commit, and nobody can tell its outcome any more. */
public final class OutcomeForgottenException extends TrothException {
    private static final long serialVersionUID = 1L;

    private final transient Gid gid;

    /** Creates it, with how long the log keeps commits. */
    public OutcomeForgottenException(Gid gid, Duration history) {
        super("The outcome of transaction " + gid + " is not known any more: its deadline was " + gid.deadline()
                + ", and the decision log keeps commits for " + history
                + ". It was the same in every database; look there"
                + " for what the work should have written. LogOptions.withHistory keeps them for longer.");
        this.gid = gid;
    }

    /** The transaction. */
    public Gid gid() {
        return gid;
    }
}
