package dev.troth.tx;

import org.jspecify.annotations.Nullable;

/**
 * Something that Troth has to say. The subtypes are named by what the caller knows afterwards; this type itself means: it was
 * used or set up wrongly, and nothing was done.
 */
public class TrothException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what is wrong and the line that mends it. */
    public TrothException(String message) {
        this(message, null);
    }

    /** With what is wrong, the line that mends it, and the cause. */
    public TrothException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
