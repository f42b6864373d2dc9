package dev.troth.rabbitmq;

import java.time.Duration;

/**
 * Where at the broker a message is published.
 *
 * @param exchange the exchange
 * @param routingKey the routing key
 * @param delay for how long the exchange keeps it before it passes it on; zero: not at all
 */
record Route(String exchange, String routingKey, Duration delay) {
    private static final String INSTANCES = "instance.";
    private static final String PARTICIPANTS = "participant.";
    private static final String LOGS = "log.";
    private static final int TO_ONE_READER = 64;
    private static final int TO_SEVERAL_READERS = 4;

    static Route direct(String exchange, String routingKey) {
        return new Route(exchange, routingKey, Duration.ZERO);
    }

    boolean isDelayed() {
        return !delay.isZero();
    }

    /**
     * What shares a window and a channel, in order: what goes to one address, to all instances, to all branches, or later to one
     * subscriber.
     */
    String lane() {
        if (isDelayed()) {
            return "later " + routingKey;
        }
        if (routingKey.startsWith(INSTANCES)) {
            return INSTANCES;
        }
        return routingKey.startsWith(BranchQueues.TXN) ? BranchQueues.TXN : exchange + '/' + routingKey;
    }

    /**
     * How many small messages to it may be one. Those to an instance have one reader. Several instances take from the queues of participants and
     * logs, and each gets its share only while no message is worth much more than another.
     */
    int sharing() {
        if (routingKey.startsWith(INSTANCES)) {
            return TO_ONE_READER;
        }
        return routingKey.startsWith(PARTICIPANTS) || routingKey.startsWith(LOGS) ? TO_SEVERAL_READERS : 1;
    }

    @Override
    public String toString() {
        return isDelayed() ? routingKey + " in " + delay : routingKey;
    }
}
