package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.Channel;
import java.io.IOException;

/**
 * Something to be done with a channel, which must not be kept.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface ChannelWork<T> {
    /** Does it; what it throws reaches the caller. */
    T with(Channel channel) throws IOException;
}
