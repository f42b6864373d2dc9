package dev.troth.rabbitmq.toolbox;

import java.time.Duration;

/** Another thread used a {@link SharedChannel} for all the time that this one was ready to wait. Nothing was sent. */
public final class ChannelBusyException extends ToolboxException {
    private static final long serialVersionUID = 1L;

    private final Duration waited;

    ChannelBusyException(String message, Duration waited) {
        super(message, 0, null);
        this.waited = waited;
    }

    /** For how long this thread has waited. */
    public Duration waited() {
        return waited;
    }
}
