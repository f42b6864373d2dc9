package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import dev.troth.spi.Feed;
import dev.troth.spi.TransportException;
import java.io.IOException;
import java.time.Duration;
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
 *   queue     troth.participant.review.kind.k    durable, quorum or classic, expires when unused; only per kind
 *   exchange  troth.transactions                 direct, transient; only per transaction, as
 *   queue     troth.txn_&lt;gid>.0_prepare          durable, classic, expires when unused; _commit and _rollback also auto-delete
 *   exchange  troth.events                       topic, durable; routing key = topic
 *   queue     troth.subscriber.notes             durable, quorum or classic, bounded
 *   both      troth.delay.notes.1024             fanout, durable; a queue that passes on to troth after 1024 ms
 * </pre>
 */
final class Topology {
    private static final String DEAD_LETTERS = "dead-letters";

    /** The last resort against a message that cannot even be read: far above {@link RabbitOptions#maxDeliveries(int)}. */
    private static final int DELIVERY_LIMIT = 1_000;

    /** A kind that nobody handles any more has a queue for so long; what is sent to it until then expires in it. */
    private static final Duration UNUSED_KIND = Duration.ofMinutes(5);

    private static final int MAX_INSTANCE_MESSAGES = 100_000;
    private static final long MAX_DEAD_LETTER_BYTES = 256L << 20;

    private final RabbitOptions options;

    Topology(RabbitOptions options) {
        this.options = options;
    }

    private String exchange() {
        return options.prefix();
    }

    private String events() {
        return options.prefix() + ".events";
    }

    Route route(Address to) {
        return to instanceof Address.Topic topic
                ? Route.direct(events(), topic.name())
                : Route.direct(exchange(), to.toString());
    }

    Route route(Place place) {
        return Route.direct(exchange(), place.key());
    }

    /** To a queue of a branch. */
    Route transactions(String routingKey) {
        return Route.direct(transactions(), routingKey);
    }

    private String transactions() {
        return options.prefix() + ".transactions";
    }

    Route deadLetters() {
        return Route.direct(exchange(), DEAD_LETTERS);
    }

    /** Through the queue that keeps everything for at least so long. */
    Route delayed(Address.Subscriber to, Duration atLeast) {
        Duration delay = Delays.rung(atLeast);
        return new Route(options.prefix() + ".delay." + to.name() + '.' + delay.toMillis(), to.toString(), delay);
    }

    String queue(String routingKey) {
        return options.prefix() + '.' + routingKey;
    }

    /** Declares what every sender needs. */
    void declareShared(Channel channel) throws IOException {
        channel.exchangeDeclare(exchange(), "direct", true);
        if (options.queues() == QueueLayout.perTransaction()) {
            channel.exchangeDeclare(transactions(), "direct", false);
        }
        Map<String, Object> arguments = new HashMap<>(kept());
        arguments.put("x-max-length", options.maxDeadLetters());
        arguments.put("x-max-length-bytes", MAX_DEAD_LETTER_BYTES);
        if (!options.deadLetterTtl().isZero()) {
            arguments.put("x-message-ttl", options.deadLetterTtl().toMillis());
        }
        channel.queueDeclare(queue(DEAD_LETTERS), true, false, false, arguments);
        channel.queueBind(queue(DEAD_LETTERS), exchange(), DEAD_LETTERS);
    }

    /** Declares what senders of events need: without it, an event that is sent before anybody has subscribed closes the channel. */
    void declareEvents(Channel channel) throws IOException {
        channel.exchangeDeclare(events(), "topic", true);
    }

    /**
     * Declares the queue of an address and returns its name.
     *
     * @param attempt from the second on, an instance's queue gets another name: the broker may not have noticed yet that the
     *     connection is gone which holds the first one
     */
    String declare(Channel channel, Place place, int attempt) throws IOException {
        Address address = place.address();
        channel.exchangeDeclare(exchange(), "direct", true);
        if (place.feed().isPresent()) {
            return declare(channel, place.feed().get());
        }
        String name = queue(place.key());
        if (address instanceof Address.Instance) {
            name += attempt == 1 ? "" : "." + attempt;
            channel.queueDeclare(
                    name, false, true, true, Map.of("x-queue-type", "classic", "x-max-length", MAX_INSTANCE_MESSAGES));
        } else {
            Map<String, Object> arguments = new HashMap<>(durable());
            if (!place.kind().isEmpty()) {
                arguments.put("x-expires", UNUSED_KIND.toMillis());
            }
            channel.queueDeclare(name, true, false, false, arguments);
        }
        channel.queueBind(name, exchange(), place.key());
        return name;
    }

    /**
     * Declares and binds the queues of a branch, without waiting for the broker. They are durable because 4.3 denies other queues that
     * several connections use; their bindings are not, so after a crash of the broker a decision goes to the address at once. Queues
     * of decisions are useless without their consumer and go with it.
     */
    void declareBranch(Channel channel, BranchQueues queues, Duration unused) throws IOException {
        Map<String, Object> arguments = Map.of("x-queue-type", "classic", "x-expires", unused.toMillis());
        for (String key : queues.all()) {
            boolean decision = !key.equals(queues.prepare());
            channel.queueDeclareNoWait(queue(key), true, false, decision, arguments);
            channel.queueBindNoWait(queue(key), transactions(), key, Map.of());
        }
    }

    private String declare(Channel channel, Feed feed) throws IOException {
        String name = queue(feed.subscriber().toString());
        Map<String, Object> arguments = new HashMap<>(durable());
        arguments.put("x-max-length", feed.limit());
        arguments.put("x-overflow", "reject-publish");
        if (feed.inOrder()) {
            arguments.put("x-single-active-consumer", true);
        }
        channel.queueDeclare(name, true, false, false, arguments);
        channel.queueBind(name, exchange(), feed.subscriber().toString());
        declareEvents(channel);
        for (TopicPattern topics : feed.topics()) {
            channel.queueBind(name, events(), topics.text());
        }
        return name;
    }

    /**
     * A queue that passes everything on when its time has come, by its routing key. A quorum queue keeps it until the queue at the other
     * end has it.
     */
    void declareDelay(Channel channel, Route route) throws IOException {
        Map<String, Object> arguments = new HashMap<>(kept());
        arguments.put("x-message-ttl", route.delay().toMillis());
        arguments.put("x-dead-letter-exchange", exchange());
        if (options.quorum()) {
            arguments.put("x-dead-letter-strategy", "at-least-once");
            arguments.put("x-overflow", "reject-publish");
        }
        channel.exchangeDeclare(route.exchange(), "fanout", true);
        channel.queueDeclare(route.exchange(), true, false, false, arguments);
        channel.queueBind(route.exchange(), route.exchange(), "");
    }

    private Map<String, Object> durable() {
        return options.quorum() ? Map.of("x-queue-type", "quorum", "x-delivery-limit", DELIVERY_LIMIT) : kept();
    }

    /** For a queue that nobody of ours consumes. */
    private Map<String, Object> kept() {
        return Map.of("x-queue-type", options.quorum() ? "quorum" : "classic");
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
        return explain(doing, failure, "Nothing was started and it is not tried again.");
    }

    /**
     * As {@link #explain(String, Throwable)}.
     *
     * @param leaves the state that this leaves
     */
    @Nullable
    TransportException explain(String doing, Throwable failure, String leaves) {
        AMQP.Channel.Close close = close(failure);
        if (close == null) {
            return null;
        }
        String advice = switch (close.getReplyCode()) {
            case AMQP.PRECONDITION_FAILED ->
                "It exists with other settings than these RabbitOptions, or for a subscriber, than its .inOrder() and"
                        + " .limit(…). Use the same in every service; to change them, stop the services, see that the queue is empty, delete it (it is declared"
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
                        doing + " at RabbitMQ " + options.broker() + " was refused: '" + close.getReplyText() + "'. "
                                + leaves + ' ' + advice,
                        failure);
    }
}
