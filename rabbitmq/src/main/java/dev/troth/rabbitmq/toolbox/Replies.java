package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import org.jspecify.annotations.Nullable;

/** What the broker said as it closed a channel or connection. */
final class Replies {
    private static final int DEPTH = 20;

    private Replies() {}

    /** AMQP's reply code with which the broker closed the channel, or 0 if it did not. */
    static int channelCode(@Nullable Throwable failure) {
        ShutdownSignalException signal = signal(failure);
        return signal != null && signal.getReason() instanceof AMQP.Channel.Close close ? close.getReplyCode() : 0;
    }

    /** AMQP's reply code with which the broker closed channel or connection, or 0. */
    static int code(@Nullable Throwable failure) {
        ShutdownSignalException signal = signal(failure);
        if (signal != null && signal.getReason() instanceof AMQP.Connection.Close close) {
            return close.getReplyCode();
        }
        return channelCode(failure);
    }

    /** For people: what the broker or the socket said. */
    static String text(Throwable failure) {
        ShutdownSignalException signal = signal(failure);
        if (signal != null && signal.getReason() instanceof AMQP.Channel.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        if (signal != null && signal.getReason() instanceof AMQP.Connection.Close close) {
            return close.getReplyCode() + " " + close.getReplyText();
        }
        Throwable said = signal == null || signal.getCause() == null ? failure : signal.getCause();
        return said.getMessage() == null ? said.getClass().getSimpleName() : said.getMessage();
    }

    private static @Nullable ShutdownSignalException signal(@Nullable Throwable failure) {
        Throwable t = failure;
        for (int i = 0; t != null && i < DEPTH; i++) {
            if (t instanceof ShutdownSignalException signal) {
                return signal;
            }
            t = t.getCause();
        }
        return null;
    }
}
