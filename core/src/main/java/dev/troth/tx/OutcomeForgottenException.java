package dev.troth.tx;

import dev.troth.protocol.Gid;

/** The transaction ended so long ago that the decision log may have deleted its commit, and nobody can tell its outcome any more. */
public final class OutcomeForgottenException extends TrothException {
    private static final long serialVersionUID = 1L;

    private final transient Gid gid;

    /** Creates it. */
    public OutcomeForgottenException(Gid gid) {
        super("The outcome of transaction " + gid + " is not known any more: its deadline was " + gid.deadline()
                + ", and the decision log has deleted commits that are as old. It was the same in every database; look there"
                + " for what the work should have written. LogOptions.withHistory keeps later ones for longer.");
        this.gid = gid;
    }

    /** The transaction. */
    public Gid gid() {
        return gid;
    }
}
