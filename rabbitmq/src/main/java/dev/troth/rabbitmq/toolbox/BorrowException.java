package dev.troth.rabbitmq.toolbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** There was no channel in time. Nothing was sent. */
public final class BorrowException extends ToolboxException {
    private static final long serialVersionUID = 1L;

    private final transient PoolState state;
    private final Duration waited;

    BorrowException(String message, PoolState state, Duration waited, @Nullable Throwable cause) {
        super(message, Replies.code(cause), cause);
        this.state = state;
        this.waited = waited;
    }

    /** The pool's numbers as the wait ended, this thread among those that wait. */
    public PoolState state() {
        return state;
    }

    /** For how long this thread has waited. */
    public Duration waited() {
        return waited;
    }
}
