package dev.troth.spi;

import dev.troth.protocol.Refusal;
import org.jspecify.annotations.Nullable;

/** A branch cannot be prepared, or local work not be committed, and is rolled back: its vote is no. */
public final class BranchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    /** With the refusal that travels with the vote. */
    public BranchFailedException(Refusal refusal, @Nullable Throwable cause) {
        super(refusal.toString(), cause);
        this.refusal = refusal;
    }

    /** Why. */
    public Refusal refusal() {
        return refusal;
    }
}
