package dev.troth.rabbitmq.toolbox;

/**
 * How a queue is consumed. An immutable value: every method returns a changed copy. Acknowledgements are manual unless told otherwise:
 * the message stays in the queue until it is settled, and comes again if the consumer is lost before.
 *
 * @param queue the name of the queue
 * @param prefetch how many messages may be delivered and not settled at once, 1 to 65,535; 0: no limit
 * @param automatic whether the broker forgets a message as it sends it
 * @param tag the consumer's name at the broker; "" lets the broker choose
 * @param exclusive whether nobody else may consume from the queue
 * @param priority the consumer's priority; higher ones get messages first, 0 by default
 * @param failed what becomes of a message whose receiver threw
 * @param declarations what is declared each time before it consumes
 */
public record Consumption(
        String queue,
        int prefetch,
        boolean automatic,
        String tag,
        boolean exclusive,
        int priority,
        Failed failed,
        Declarations declarations) {
    private static final int PREFETCH = 20;

    /** What becomes of a message whose receiver threw. */
    public enum Failed {
        /**
         * It goes back to its place in the queue and comes again, at once. A message that fails each time comes for ever: use a quorum queue
         * with {@link Queue#deliveryLimit}.
         */
        REQUEUE,
        /** It goes to the dead-letter exchange of its queue; without one it is lost. */
        REJECT
    }

    /** Checks the values. */
    public Consumption {
        Names.shortText("queue name", queue);
        Names.shortText("consumer tag", tag);
        Names.within("prefetch", prefetch, 0, 65_535);
        if (automatic && failed == Failed.REJECT) {
            throw new IllegalArgumentException(
                    "With automatic acknowledgements the broker has forgotten a message before"
                            + " its receiver fails, so it cannot be rejected.");
        }
    }

    /** Manual acknowledgements, 20 messages at once. */
    public static Consumption of(String queue) {
        return new Consumption(queue, PREFETCH, false, "", false, 0, Failed.REQUEUE, Declarations.none());
    }

    /** Manual acknowledgements, 20 messages at once. The queue has to be declared, here or elsewhere. */
    public static Consumption of(Queue queue) {
        return of(queue.name());
    }

    /** A copy to which at most so many messages are delivered that are not settled. */
    public Consumption prefetch(int messages) {
        Names.within("prefetch", messages, 1, 65_535);
        return new Consumption(queue, messages, automatic, tag, exclusive, priority, failed, declarations);
    }

    /**
     * A copy whose messages the broker forgets as it sends them. The price: whatever is on its way or waits in this process when the
     * connection, the process or the receiver fails is lost; and the prefetch has no effect, so the broker sends as fast as it can: a
     * receiver that is a thousand messages behind holds up everything else on its connection.
     */
    public Consumption automaticAck() {
        return new Consumption(queue, 0, true, tag, exclusive, priority, failed, declarations);
    }

    /** A copy with a name at the broker. Each consumer on the same channel has its own; every consumer here has a channel of its own. */
    public Consumption tag(String name) {
        return new Consumption(queue, prefetch, automatic, name, exclusive, priority, failed, declarations);
    }

    /** A copy that consumes alone, or not at all: ACCESS_REFUSED if anybody consumes from the queue already. */
    public Consumption alone() {
        return new Consumption(queue, prefetch, automatic, tag, true, priority, failed, declarations);
    }

    /** A copy that gets messages before consumers of lower priority, as long as its prefetch is not used up. */
    public Consumption priority(int level) {
        return new Consumption(queue, prefetch, automatic, tag, exclusive, level, failed, declarations);
    }

    /** A copy that rejects a message whose receiver threw. */
    public Consumption rejectFailed() {
        return new Consumption(queue, prefetch, automatic, tag, exclusive, priority, Failed.REJECT, declarations);
    }

    /**
     * A copy that declares this on its own connection each time before it consumes: also after a lost connection. So an exclusive
     * queue, or one that is deleted with its last consumer, is there again.
     */
    public Consumption declaring(Declarations what) {
        return new Consumption(queue, prefetch, automatic, tag, exclusive, priority, failed, what);
    }
}
