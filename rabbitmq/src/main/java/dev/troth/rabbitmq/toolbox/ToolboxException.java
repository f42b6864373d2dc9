package dev.troth.rabbitmq.toolbox;

import org.jspecify.annotations.Nullable;

/** The broker could not or would not do what was asked. The message says what failed, and what that leaves. */
public class ToolboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    ToolboxException(String message, int code, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** AMQP's reply code, as 404 for something that is not there or 403 for missing rights; 0 if the broker said nothing. */
    public int code() {
        return code;
    }
}
