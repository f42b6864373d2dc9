package dev.troth.spi;

import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import java.util.Set;

/**
 * Who wants which events.
 *
 * @param subscriber who; instances of the same subscriber share what comes
 * @param topics what, besides what is sent to the subscriber itself
 * @param inOrder one consumer at a time gets everything; the others stand by
 * @param limit how many messages may wait; what is sent beyond that is refused, so its sender waits
 */
public record Feed(Address.Subscriber subscriber, Set<TopicPattern> topics, boolean inOrder, int limit) {
    /** Copies the topics and checks the limit. */
    public Feed {
        topics = Set.copyOf(topics);
        if (limit < 1) {
            throw new IllegalArgumentException("At least 1 message may wait for " + subscriber + ", not " + limit);
        }
    }
}
