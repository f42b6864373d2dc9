package dev.troth.message;

import java.util.Optional;

/**
 * A message that has arrived and is not yet settled. Exactly one of {@link #ack()}, {@link #release()} and
 * {@link #deadLetter(String)} settles it; a second settlement does nothing. A delivery whose receiver dies unsettled comes
 * again. Safe for use by several threads.
 */
public interface Delivery {
    /** The message. */
    Envelope envelope();

    /** Whether the transport may have delivered this message before. */
    boolean redelivered();

    /**
     * The transport's own view of this delivery, if it is of that type: over RabbitMQ {@code RabbitDelivery} has delivery
     * tag, exchange, routing key and all properties.
     */
    <T> Optional<T> unwrap(Class<T> type);

    /** Whether the transport has lost it, with its connection: to settle it does nothing any more, and the message comes again. */
    default boolean lost() {
        return false;
    }

    /** Done with it. */
    void ack();

    /** Not done with it: somebody else may have it. */
    void release();

    /** Cannot be understood by anybody: set aside, once, with the reason. */
    void deadLetter(String reason);
}
