package dev.troth.rabbitmq.toolbox;

/** Takes the messages of a consumer, one after the other. */
@FunctionalInterface
public interface Receiver {
    /**
     * Takes a message. With manual acknowledgements somebody has to settle it, here or later on any thread; until then it counts
     * towards the prefetch.
     *
     * @throws Exception whatever it likes: the message is then settled as {@link Consumption} says
     */
    void receive(IncomingMessage message) throws Exception;
}
