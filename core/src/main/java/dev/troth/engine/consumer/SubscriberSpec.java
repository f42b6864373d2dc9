package dev.troth.engine.consumer;

import dev.troth.message.Incoming;
import dev.troth.message.Retry;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import dev.troth.spi.Feed;
import dev.troth.spi.InboxStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A subscriber, as it was set up.
 *
 * @param name its name
 * @param inbox where it notes what it has applied, and applies it
 * @param entries what it handles
 * @param concurrency how many handlers run at once
 * @param inOrder one key's messages one after the other
 * @param retry when a failed message is tried again
 * @param limit how many messages may wait at the broker
 */
public record SubscriberSpec(
        String name,
        InboxStore inbox,
        List<Entry<?>> entries,
        int concurrency,
        boolean inOrder,
        Retry retry,
        int limit) {

    /** The longest that a message waits in its place for its next attempt, in order: the broker waits for its acknowledgement. */
    public static final Duration LONGEST_IN_PLACE = Duration.ofMinutes(1);

    /**
     * A type of messages and what is done with them.
     *
     * @param topics the kinds that are read as that type
     */
    public record Entry<E>(TopicPattern topics, Class<E> type, Effect<E> effect) {}

    /** What is done with a message. */
    @FunctionalInterface
    public interface Effect<E> {
        /**
         * Does it.
         *
         * @throws Exception if it cannot be done
         */
        void handle(E event, Incoming incoming) throws Exception;
    }

    Address.Subscriber address() {
        return new Address.Subscriber(name);
    }

    /** What it wants from the transport. */
    public Feed feed() {
        return new Feed(address(), entries.stream().map(Entry::topics).collect(Collectors.toSet()), inOrder, limit);
    }

    Optional<Entry<?>> entry(String kind) {
        return entries.stream()
                .filter(entry -> entry.topics().matches(kind))
                .findFirst()
                .map(entry -> entry);
    }
}
