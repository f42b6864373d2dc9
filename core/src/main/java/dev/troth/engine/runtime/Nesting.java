package dev.troth.engine.runtime;

import dev.troth.tx.TrothException;
import org.jspecify.annotations.Nullable;

/** Knows what the current thread is in the middle of, so that a transaction inside another is an error and not a surprise. */
public final class Nesting {
    private static final ThreadLocal<@Nullable String> INSIDE = new ThreadLocal<>();

    private Nesting() {}

    /** The current thread now does what is said. Ends with {@link #leave()}. */
    public static void enter(String what) {
        INSIDE.set(what);
    }

    /** The current thread is out again. */
    public static void leave() {
        INSIDE.remove();
    }

    /**
     * Throws if the current thread is inside a branch or a transaction.
     *
     * @throws TrothException with what it is inside of
     */
    public static void refuseInside() {
        String inside = INSIDE.get();
        if (inside != null) {
            throw new TrothException("A transaction cannot be started inside " + inside
                    + ": it would commit or roll back on its own, whatever becomes of the outer one. In the work of a"
                    + " transaction, enlist the participant there; in a handler, let the initiator enlist it.");
        }
    }
}
