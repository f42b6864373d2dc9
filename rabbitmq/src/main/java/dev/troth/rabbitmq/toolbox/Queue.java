package dev.troth.rabbitmq.toolbox;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * A queue as it is to be declared. An immutable value: every method returns a changed copy. What the broker would refuse, or take
 * and ignore, is refused when the value is made, with the reason.
 *
 * @param name its name
 * @param durable whether it survives a restart of the broker
 * @param exclusive whether it belongs to one connection and goes with it
 * @param autoDelete whether the broker deletes it when its last consumer goes; not before it has had one
 * @param arguments its arguments as AMQP has them, {@code x-queue-type} among them
 */
public record Queue(
        String name, boolean durable, boolean exclusive, boolean autoDelete, Map<String, Object> arguments) {

    /**
     * Checks the combination and copies the arguments.
     *
     * @throws IllegalArgumentException if the broker would refuse it or ignore a part of it, with the reason
     */
    public Queue {
        Names.declared("queue", name);
        Map<String, Object> typed = new TreeMap<>(arguments);
        typed.putIfAbsent(QueueRules.TYPE, QueueRules.CLASSIC);
        arguments = HeaderTable.copy("argument", typed);
        QueueRules.check(name, durable, exclusive, autoDelete, arguments);
    }

    /** A quorum queue: durable, replicated over the nodes of a cluster, every message on disk. For what must not get lost. */
    public static Queue quorum(String name) {
        return new Queue(name, true, false, false, Map.of(QueueRules.TYPE, QueueRules.QUORUM));
    }

    /** A durable classic queue: on one node, faster than a quorum queue; persistent messages survive a restart. */
    public static Queue classic(String name) {
        return new Queue(name, true, false, false, Map.of());
    }

    /**
     * A queue of one connection that goes with it, and with what is in it. Nobody else may consume, look or bind; everybody may
     * publish to it. It has to be declared by who consumes it: {@link Consumption#declaring(Declarations)}.
     */
    public static Queue exclusive(String name) {
        return new Queue(name, false, true, false, Map.of());
    }

    /**
     * A copy that does not survive a restart of the broker. RabbitMQ 4.3 refuses such queues unless they are exclusive.
     *
     * @throws IllegalArgumentException if this is a quorum queue
     */
    public Queue transientOnly() {
        return new Queue(name, false, exclusive, autoDelete, arguments);
    }

    /**
     * A copy that the broker deletes when its last consumer goes.
     *
     * @throws IllegalArgumentException if this is a quorum queue
     */
    public Queue deletedWithLastConsumer() {
        return new Queue(name, durable, exclusive, true, arguments);
    }

    /** A copy whose messages go (to the dead-letter exchange if there is one) when they have waited so long. Zero: unless consumed at once. */
    public Queue messageTtl(Duration time) {
        return with(QueueRules.MESSAGE_TTL, Names.millis("messageTtl", time, 0));
    }

    /** A copy that the broker deletes, with all that is in it, when nobody has consumed, looked or declared for so long; 1 ms or more. */
    public Queue expiresUnused(Duration time) {
        return with(QueueRules.EXPIRES, Names.millis("expiresUnused", time, 1));
    }

    /** A copy that holds at most so many ready messages; the overflow is one for both limits. Quorum queues may exceed it a little. */
    public Queue maxLength(long messages, Overflow overflow) {
        return with(QueueRules.MAX_LENGTH, Names.within("maxLength", messages, 0, Long.MAX_VALUE))
                .overflow(overflow);
    }

    /** A copy whose ready messages have at most so many bytes together, bodies only; the overflow is one for both limits. */
    public Queue maxLengthBytes(long bytes, Overflow overflow) {
        return with(QueueRules.MAX_BYTES, Names.within("maxLengthBytes", bytes, 0, Long.MAX_VALUE))
                .overflow(overflow);
    }

    private Queue overflow(Overflow overflow) {
        Object before = arguments.get(QueueRules.OVERFLOW);
        if (before != null && !before.equals(overflow.argument())) {
            throw new IllegalArgumentException("Queue '" + name + "' has the overflow " + before
                    + " already, and a queue has one: it cannot be " + overflow.argument() + " too.");
        }
        return with(QueueRules.OVERFLOW, overflow.argument());
    }

    /**
     * A copy that hands out higher priorities first, 0 to {@code most} (1 to 255; the broker advises 10 at most, as each costs a
     * process's memory). A message of a higher priority than that counts as {@code most}.
     *
     * @throws IllegalArgumentException if this is a quorum queue: on 3.10 they know no priorities
     */
    public Queue maxPriority(int most) {
        return with(QueueRules.MAX_PRIORITY, (int) Names.within("maxPriority", most, 1, 255));
    }

    /** A copy of whose consumers one gets all messages, and the next one takes over when it is gone. */
    public Queue singleActiveConsumer() {
        return with(QueueRules.SINGLE_ACTIVE, true);
    }

    /**
     * A copy that dead-letters (or drops) a message that came back {@code times} times and comes back again. RabbitMQ 4 has 20 as
     * default, 3.10 none.
     *
     * @throws IllegalArgumentException if this is a classic queue: they do not count
     */
    public Queue deliveryLimit(int times) {
        return with(QueueRules.DELIVERY_LIMIT, (int) Names.within("deliveryLimit", times, 0, Integer.MAX_VALUE));
    }

    /** A copy whose rejected, expired and overflown messages go to the exchange, with the routing key that they have; at most once. */
    public Queue deadLetterTo(Exchange exchange) {
        return with(QueueRules.DLX, exchange.name());
    }

    /** As {@link #deadLetterTo(Exchange)}, with another routing key. */
    public Queue deadLetterTo(Exchange exchange, String routingKey) {
        return deadLetterTo(exchange).with(QueueRules.DLX_KEY, Names.shortText("routing key", routingKey));
    }

    /**
     * A copy that keeps a dead letter until every queue it goes to has confirmed it, so it may come twice and never gets lost. What it
     * keeps counts into its limits, so its overflow is {@link Overflow#REJECT_PUBLISH}. Call {@code deadLetterTo} before.
     *
     * @throws IllegalArgumentException if this is a classic queue, has no dead-letter exchange, or drops its head
     */
    public Queue deadLetterAtLeastOnce() {
        return overflow(Overflow.REJECT_PUBLISH).with(QueueRules.DLX_STRATEGY, "at-least-once");
    }

    private Queue with(String argument, Object value) {
        Map<String, Object> more = new TreeMap<>(arguments);
        more.put(argument, value);
        return new Queue(name, durable, exclusive, autoDelete, more);
    }

    /** Whether it is a quorum queue. */
    public boolean isQuorum() {
        return QueueRules.QUORUM.equals(arguments.get(QueueRules.TYPE));
    }
}
