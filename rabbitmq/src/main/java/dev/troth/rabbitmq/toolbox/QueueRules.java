package dev.troth.rabbitmq.toolbox;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which settings of a queue go together, on RabbitMQ 3.10 to 4.3. The sources are {@code rabbit_classic_queue:capabilities},
 * {@code rabbit_quorum_queue:capabilities} and the manual's pages on quorum queues, dead-lettering and queue length.
 */
final class QueueRules {
    static final String TYPE = "x-queue-type";
    static final String CLASSIC = "classic";
    static final String QUORUM = "quorum";
    static final String MESSAGE_TTL = "x-message-ttl";
    static final String EXPIRES = "x-expires";
    static final String MAX_LENGTH = "x-max-length";
    static final String MAX_BYTES = "x-max-length-bytes";
    static final String OVERFLOW = "x-overflow";
    static final String MAX_PRIORITY = "x-max-priority";
    static final String SINGLE_ACTIVE = "x-single-active-consumer";
    static final String DELIVERY_LIMIT = "x-delivery-limit";
    static final String DLX = "x-dead-letter-exchange";
    static final String DLX_KEY = "x-dead-letter-routing-key";
    static final String DLX_STRATEGY = "x-dead-letter-strategy";

    private static final Set<String> TYPES = Set.of(CLASSIC, QUORUM);

    private QueueRules() {}

    static void check(
            String name, boolean durable, boolean exclusive, boolean autoDelete, Map<String, Object> arguments) {
        String queue = "Queue '" + name + "' ";
        Object type = arguments.get(TYPE);
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(queue + "has the type '" + type + "'; this knows " + TYPES + ".");
        }
        if (QUORUM.equals(type)) {
            checkQuorum(queue, durable, exclusive, autoDelete, arguments);
        } else {
            checkClassic(queue, arguments);
        }
        refuse(
                exclusive && durable,
                queue + "cannot be exclusive and durable: an exclusive queue goes with its connection, so nothing of it"
                        + " could be restored after a restart.");
        refuse(
                arguments.containsKey(DLX_KEY) && !arguments.containsKey(DLX),
                queue + "has a dead-letter routing key and no dead-letter exchange; the broker refuses that. Use"
                        + " deadLetterTo(exchange, routingKey).");
    }

    private static void checkQuorum(
            String queue, boolean durable, boolean exclusive, boolean autoDelete, Map<String, Object> arguments) {
        String why = "; the broker refuses that for quorum queues. Use Queue.classic or Queue.exclusive for it.";
        refuse(!durable, queue + "is a quorum queue and not durable" + why);
        refuse(exclusive, queue + "is a quorum queue and exclusive" + why);
        refuse(autoDelete, queue + "is a quorum queue and deleted with its last consumer" + why);
        refuse(
                arguments.containsKey(MAX_PRIORITY),
                queue + "is a quorum queue with priorities; only classic queues have x-max-priority. Use one queue per"
                        + " priority, or Queue.classic.");
        refuse(
                is(arguments, OVERFLOW, Overflow.REJECT_PUBLISH_DLX),
                queue + "is a quorum queue with the overflow reject-publish-dlx, which only classic queues have. Use"
                        + " REJECT_PUBLISH, and publish to another queue what is refused.");
        boolean atLeastOnce = arguments.containsKey(DLX_STRATEGY);
        refuse(
                atLeastOnce && !arguments.containsKey(DLX),
                queue + "dead-letters at least once to no exchange; the broker would ignore that. Call deadLetterTo"
                        + " before deadLetterAtLeastOnce.");
        refuse(
                atLeastOnce && !is(arguments, OVERFLOW, Overflow.REJECT_PUBLISH),
                queue + "dead-letters at least once and does not reject when it is full; the broker would silently"
                        + " dead-letter at most once. Use Overflow.REJECT_PUBLISH.");
    }

    private static void checkClassic(String queue, Map<String, Object> arguments) {
        refuse(
                arguments.containsKey(DELIVERY_LIMIT),
                queue + "is a classic queue with a delivery limit; only quorum queues count deliveries.");
        refuse(
                arguments.containsKey(DLX_STRATEGY),
                queue + "is a classic queue with a dead-letter strategy; only quorum queues can dead-letter at least"
                        + " once.");
        refuse(
                is(arguments, OVERFLOW, Overflow.REJECT_PUBLISH_DLX) && !arguments.containsKey(DLX),
                queue + "has the overflow reject-publish-dlx and no dead-letter exchange to send to. Call deadLetterTo"
                        + " before, or use REJECT_PUBLISH.");
    }

    private static boolean is(Map<String, Object> arguments, String name, Overflow overflow) {
        @Nullable Object value = arguments.get(name);
        return overflow.argument().equals(value);
    }

    private static void refuse(boolean broken, String why) {
        if (broken) {
            throw new IllegalArgumentException(why);
        }
    }
}
