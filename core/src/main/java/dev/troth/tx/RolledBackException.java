package dev.troth.tx;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Refusal;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The transaction has rolled back, everywhere: nothing of it remains, and nothing has to be done. */
public final class RolledBackException extends TrothException {
    private static final long serialVersionUID = 1L;

    private final transient Gid gid;
    private final transient List<BranchRefusal> refusals;

    /** With everybody's refusal known by then; the first is the one that decided. */
    public RolledBackException(Gid gid, List<BranchRefusal> refusals, @Nullable Throwable cause) {
        super(
                "Transaction " + gid + " rolled back: "
                        + refusals.stream().map(BranchRefusal::toString).collect(Collectors.joining("; "))
                        + ". Nothing of it remains in any database.",
                cause);
        this.gid = gid;
        this.refusals = List.copyOf(refusals);
    }

    /** The transaction. */
    public Gid gid() {
        return gid;
    }

    /** Who refused and why, the deciding one first; at least one. */
    public List<BranchRefusal> refusals() {
        return refusals;
    }

    /** Why: the reason of the deciding refusal. */
    public Refusal.Reason reason() {
        return refusals.get(0).refusal().reason();
    }

    /** Whether the same transaction may succeed when tried again: nobody refused it for good. */
    public boolean retryable() {
        return refusals.stream().allMatch(r -> switch (r.refusal().reason()) {
            case CONFLICT, UNAVAILABLE, OVERLOADED, TIMED_OUT -> true;
            default -> false;
        });
    }
}
