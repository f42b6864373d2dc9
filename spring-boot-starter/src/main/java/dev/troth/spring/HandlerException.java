package dev.troth.spring;

import dev.troth.tx.TrothException;
import org.jspecify.annotations.Nullable;

/** Something about the service's own handlers is wrong, so it does not start. */
final class HandlerException extends TrothException {
    private static final long serialVersionUID = 1L;

    private final String wrong;
    private final String remedy;

    /** With what is wrong, beginning with the class and the method, and the line to change. */
    HandlerException(String wrong, String remedy) {
        this(wrong, remedy, null);
    }

    private HandlerException(String wrong, String remedy, @Nullable Throwable cause) {
        super(wrong + " Nothing was started. " + remedy, cause);
        this.wrong = wrong;
        this.remedy = remedy;
    }

    /** Something that others have found wrong, about a method. */
    static HandlerException about(BeanMethod method, Throwable found, String remedy) {
        String text = String.valueOf(found.getMessage());
        return new HandlerException(method + ": " + text + (text.endsWith(".") ? "" : "."), remedy, found);
    }

    String wrong() {
        return wrong;
    }

    String remedy() {
        return remedy;
    }
}
