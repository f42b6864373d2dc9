package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.troth.protocol.Address;
import dev.troth.spi.TransportException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names at the broker, all under one prefix:
 *
 * <pre>
 *   exchange  troth                              direct, durable; routing key = address
 *   queue     troth.participant.review           durable, quorum or classic
 *   queue     troth.log.blog                     durable, quorum or classic
 *   queue     troth.instance.blog.k3f9q2ab       exclusive, auto-delete, classic
 *   queue     troth.dead-letters                 durable, bounded
 * </pre>
 */
final class Topology {
    static final String DEAD_LETTERS = "dead-letters";

    /** The last resort against a message that cannot even be read: far above {@link RabbitOptions#maxDeliveries(int)}. */
    private static final int DELIVERY_LIMIT = 1_000;

    private static final int MAX_INSTANCE_MESSAGES = 100_000;
    private static final long MAX_DEAD_LETTER_BYTES = 256L << 20;

    private final RabbitOptions options;

    Topology(RabbitOptions options) {
        this.options = options;
    }

    String exchange() {
        return options.prefix();
    }

    String queue(String routingKey) {
        return options.prefix() + '.' + routingKey;
    }

    /** Declares what every sender needs. */
    void declareShared(Channel channel) throws IOException {
        channel.exchangeDeclare(exchange(), "direct", true);
        Map<String, Object> arguments = new HashMap<>(durable());
        arguments.remove("x-delivery-limit");
        arguments.put("x-max-length", options.maxDeadLetters());
        arguments.put("x-max-length-bytes", MAX_DEAD_LETTER_BYTES);
        if (!options.deadLetterTtl().isZero()) {
            arguments.put("x-message-ttl", options.deadLetterTtl().toMillis());
        }
        channel.queueDeclare(queue(DEAD_LETTERS), true, false, false, arguments);
        channel.queueBind(queue(DEAD_LETTERS), exchange(), DEAD_LETTERS);
    }

    /**
     * Declares the queue of an address and returns its name.
     *
     * @param attempt from the second on, an instance's queue gets another name: the broker may not have noticed yet that the
     *     connection is gone which holds the first one
     */
    String declare(Channel channel, Address address, int attempt) throws IOException {
        channel.exchangeDeclare(exchange(), "direct", true);
        String name = queue(address.toString());
        if (address instanceof Address.Instance) {
            name += attempt == 1 ? "" : "." + attempt;
            channel.queueDeclare(
                    name, false, true, true, Map.of("x-queue-type", "classic", "x-max-length", MAX_INSTANCE_MESSAGES));
        } else {
            channel.queueDeclare(name, true, false, false, durable());
        }
        channel.queueBind(name, exchange(), address.toString());
        return name;
    }

    private Map<String, Object> durable() {
        return options.quorum()
                ? Map.of("x-queue-type", "quorum", "x-delivery-limit", DELIVERY_LIMIT)
                : Map.of("x-queue-type", "classic");
    }

    /** The reply code with which the broker closed the channel, or 0. */
    static int code(@Nullable Throwable failure) {
        AMQP.Channel.Close close = close(failure);
        return close == null ? 0 : close.getReplyCode();
    }

    private static AMQP.Channel.@Nullable Close close(@Nullable Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ShutdownSignalException signal && signal.getReason() instanceof AMQP.Channel.Close close) {
                return close;
            }
        }
        return null;
    }

    /** What a refusal by the broker means; empty when it is none and trying again may help. */
    @Nullable
    TransportException explain(String doing, Throwable failure) {
        AMQP.Channel.Close close = close(failure);
        if (close == null) {
            return null;
        }
        String advice = switch (close.getReplyCode()) {
            case AMQP.PRECONDITION_FAILED ->
                "It exists with other settings than these RabbitOptions. Use the same options in every service; to"
                        + " change them, stop the services, see that the queue is empty, delete it (it is declared"
                        + " anew), and start them again.";
            case AMQP.ACCESS_REFUSED ->
                "The user needs configure, write and read rights on ^" + options.prefix() + "(\\..*)?$ in this"
                        + " virtual host: rabbitmqctl set_permissions -p '"
                        + options.broker().virtualHost() + "' '"
                        + options.broker().user() + "' with that expression three times.";
            default -> "";
        };
        return advice.isEmpty()
                ? null
                : new TransportException(
                        doing + " at RabbitMQ " + options.broker() + " was refused: '" + close.getReplyText()
                                + "'. Nothing was started and it is not tried again. " + advice,
                        failure);
    }
}
