package dev.troth.rabbitmq.toolbox;

import org.jspecify.annotations.Nullable;

/** A message was not confirmed. {@link #fate()} says what is known of it. */
public final class PublishException extends ToolboxException {
    private static final long serialVersionUID = 1L;

    private final Fate fate;

    PublishException(Fate fate, String message, @Nullable Throwable cause) {
        super(message, Replies.code(cause), cause);
        this.fate = fate;
    }

    /** What is known of a message that was not confirmed. */
    public enum Fate {
        /** It was not sent: it is in no queue. Sending it again cannot double it. */
        NOT_SENT,
        /** The broker refused it (nack): not every queue that it was for has it; a queue alone does not have it. */
        REFUSED,
        /** It was sent, and the answer is lost: it may be in the queue. Sending it again may double it; give it a message id. */
        UNKNOWN
    }

    /** What is known of the message. */
    public Fate fate() {
        return fate;
    }
}
