package dev.troth.rabbitmq.toolbox;

/** What the broker said to a publish. */
public sealed interface PublishOutcome {

    /**
     * The broker has it: if it was mandatory and persistent and its queues are durable, on disk in every queue that it was routed to.
     */
    record Confirmed() implements PublishOutcome {}

    /**
     * No queue took it, and the broker has forgotten it.
     *
     * @param code AMQP's reply code, 312 for no route
     * @param text what the broker said
     */
    record Returned(int code, String text) implements PublishOutcome {}

    /** Whether the broker has it. */
    default boolean confirmed() {
        return this instanceof Confirmed;
    }
}
