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

    @Override
    public String toString() {
        return isDelayed() ? routingKey + " in " + delay : routingKey;
    }
}
