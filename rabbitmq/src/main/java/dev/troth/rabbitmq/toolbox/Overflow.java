package dev.troth.rabbitmq.toolbox;

/** What a queue does with one message more than its limit. */
public enum Overflow {
    /** The oldest message goes (to the dead-letter exchange if there is one); the publisher is told Confirmed. */
    DROP_HEAD("drop-head"),
    /** The new message is refused: the publisher gets a {@link PublishException} that says {@link PublishException.Fate#REFUSED}. */
    REJECT_PUBLISH("reject-publish"),
    /** As {@link #REJECT_PUBLISH}, and the new message also goes to the dead-letter exchange. Classic queues only. */
    REJECT_PUBLISH_DLX("reject-publish-dlx");

    private final String argument;

    Overflow(String argument) {
        this.argument = argument;
    }

    /** The value of {@code x-overflow}. */
    String argument() {
        return argument;
    }
}
