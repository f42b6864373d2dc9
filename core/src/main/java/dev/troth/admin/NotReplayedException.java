package dev.troth.admin;

import dev.troth.tx.TrothException;
import org.jspecify.annotations.Nullable;

/** The broker did not confirm a replay: the dead letter is still kept, and replaying it again is right when the broker is back. */
public final class NotReplayedException extends TrothException {
    private static final long serialVersionUID = 1L;

    /** With what the broker said, and the cause if there is one. */
    public NotReplayedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
