package dev.troth.rabbitmq;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link RabbitTransport} is set up. An immutable value: every method returns a changed copy.
 *
 * <p>What becomes part of the broker's queues (prefix, queue type, the limits of the dead-letter queue) has to be the same in every
 * service, and an existing queue keeps what it was declared with: the transport says so when it meets one that differs.
 */
public final class RabbitOptions {
    private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,99}");

    private final Values values;

    private RabbitOptions(Values values) {
        this.values = values;
    }

    /** The values; changed only while a copy is being made. */
    private static final class Values implements Cloneable {
        BrokerUri broker;

        @Nullable
        SSLContext sslContext;

        String prefix = "troth";
        boolean quorum = true;
        QueueLayout queues = QueueLayout.perParticipant();
        boolean persistent;
        boolean startWithoutBroker;
        int maxMessageBytes = (1 << 20) + (64 << 10);
        int maxPendingMessages = 10_000;
        long maxPendingBytes = 64L << 20;
        int maxDeliveries = 100;
        int maxDeadLetters = 10_000;
        Duration deadLetterTtl = Duration.ZERO;
        Duration startTimeout = Duration.ofSeconds(10);
        Duration connectTimeout = Duration.ofSeconds(5);
        Duration sendTimeout = Duration.ofSeconds(60);
        Duration heartbeat = Duration.ofSeconds(10);

        Values(BrokerUri broker) {
            this.broker = broker;
        }

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private RabbitOptions with(Consumer<Values> change) {
        Values changed = values.copy();
        change.accept(changed);
        return new RabbitOptions(changed);
    }

    /**
     * Defaults for the broker at the URI.
     *
     * @param uri {@code amqp://user:password@host:port/virtual-host}; {@code amqps} for TLS; further nodes of a cluster after
     *     commas ({@code host1:5672,host2:5672}); what is left out is guest, guest, localhost, 5672 (5671) and {@code /}
     */
    public static RabbitOptions uri(String uri) {
        return new RabbitOptions(new Values(BrokerUri.parse(uri)));
    }

    /**
     * The exchange's name and the beginning of every queue's name, {@code troth} by default. A broker account needs nothing but
     * configure, write and read on {@code ^troth(\..*)?$}.
     */
    public RabbitOptions prefix(String prefix) {
        if (!PREFIX.matcher(prefix).matches() || prefix.startsWith("amq.")) {
            throw new IllegalArgumentException(
                    "A prefix has 1 to 100 letters, digits, '_', '-' and '.', and does not start"
                            + " with '.' or 'amq.': '" + prefix + "'");
        }
        return with(v -> v.prefix = prefix);
    }

    /** Classic durable queues instead of quorum queues: less latency, no replication. */
    public RabbitOptions classicQueues() {
        return with(v -> v.quorum = false);
    }

    /**
     * Through which queues PREPARE, COMMIT and ROLLBACK go: {@link QueueLayout#perParticipant()} unless it is set. Services whose
     * layouts differ understand each other.
     */
    public RabbitOptions queues(QueueLayout layout) {
        return with(v -> v.queues = layout);
    }

    /** Publishes protocol messages as persistent ones too. The protocol does not need it: lost messages are sent again. */
    public RabbitOptions persistentProtocolMessages() {
        return with(v -> v.persistent = true);
    }

    /** Trust and client certificate for {@code amqps}; the JVM's default otherwise. Host names are verified either way. */
    public RabbitOptions sslContext(SSLContext context) {
        return with(v -> v.sslContext = context);
    }

    /** The largest body that is sent, and that is taken from the wire and not dead-lettered; 1 MiB + 64 KiB by default. */
    public RabbitOptions maxMessageBytes(int bytes) {
        return with(v -> v.maxMessageBytes = positive("maxMessageBytes", bytes));
    }

    /** How many sends may wait for the broker, 10,000 by default, and how many bytes, 64 MiB; beyond them a send fails at once. */
    public RabbitOptions maxPending(int messages, long bytes) {
        positive("maxPending messages", messages);
        positive("maxPending bytes", (int) Math.min(bytes, Integer.MAX_VALUE));
        return with(v -> {
            v.maxPendingMessages = messages;
            v.maxPendingBytes = bytes;
        });
    }

    /**
     * After so many deliveries without ack a message is dead-lettered; 100 by default, at most 900. Counted by quorum queues
     * only.
     */
    public RabbitOptions maxDeliveries(int deliveries) {
        if (deliveries > 900) {
            throw new IllegalArgumentException(
                    "maxDeliveries is at most 900 (the broker's own limit is 1000): " + deliveries);
        }
        return with(v -> v.maxDeliveries = positive("maxDeliveries", deliveries));
    }

    /**
     * The bounds of the dead-letter queue: the oldest go when there are more than {@code max} (10,000 by default) or when they are
     * older than {@code timeToLive} (zero, the default: never).
     */
    public RabbitOptions deadLetters(int max, Duration timeToLive) {
        positive("deadLetters max", max);
        if (timeToLive.isNegative() || timeToLive.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("deadLetters timeToLive is between zero and 365 days: " + timeToLive);
        }
        return with(v -> {
            v.maxDeadLetters = max;
            v.deadLetterTtl = timeToLive;
        });
    }

    /** For how long an unreachable broker is tried when the transport or a listener starts; 10 s by default. */
    public RabbitOptions startTimeout(Duration timeout) {
        return with(v -> v.startTimeout = positive("startTimeout", timeout));
    }

    /** How long each step of connecting to one host may take: TCP, then the handshakes of TLS and AMQP; 5 s by default. */
    public RabbitOptions connectTimeout(Duration timeout) {
        return with(v -> v.connectTimeout = positive("connectTimeout", timeout));
    }

    /** How long a send without a time to live of its own may wait for the broker; 60 s by default. */
    public RabbitOptions sendTimeout(Duration timeout) {
        return with(v -> v.sendTimeout = positive("sendTimeout", timeout));
    }

    /** A connection that is silent for twice this long is given up; 10 s by default, whole seconds. */
    public RabbitOptions heartbeat(Duration interval) {
        if (interval.toSeconds() < 1 || interval.toSeconds() > 600) {
            throw new IllegalArgumentException("heartbeat is between 1 s and 600 s: " + interval);
        }
        return with(v -> v.heartbeat = interval);
    }

    /**
     * Starts when the broker is unreachable too, and keeps trying. A refusal by the broker (password, virtual host, rights, TLS)
     * is then only logged.
     */
    public RabbitOptions startWithoutBroker() {
        return with(v -> v.startWithoutBroker = true);
    }

    /** The same broker, as the same user, in another virtual host. */
    RabbitOptions virtualHost(String name) {
        BrokerUri at = broker();
        return with(v -> v.broker = new BrokerUri(at.tls(), at.user(), at.password(), name, at.hosts()));
    }

    private static int positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " is at least 1: " + value);
        }
        return value;
    }

    private static Duration positive(String what, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(what + " is more than zero and at most a day: " + value);
        }
        return value;
    }

    BrokerUri broker() {
        return values.broker;
    }

    Optional<SSLContext> sslContext() {
        return Optional.ofNullable(values.sslContext);
    }

    String prefix() {
        return values.prefix;
    }

    boolean quorum() {
        return values.quorum;
    }

    QueueLayout queues() {
        return values.queues;
    }

    boolean persistent() {
        return values.persistent;
    }

    boolean startsWithoutBroker() {
        return values.startWithoutBroker;
    }

    int maxMessageBytes() {
        return values.maxMessageBytes;
    }

    int maxPendingMessages() {
        return values.maxPendingMessages;
    }

    long maxPendingBytes() {
        return values.maxPendingBytes;
    }

    int maxDeliveries() {
        return values.maxDeliveries;
    }

    int maxDeadLetters() {
        return values.maxDeadLetters;
    }

    Duration deadLetterTtl() {
        return values.deadLetterTtl;
    }

    Duration startTimeout() {
        return values.startTimeout;
    }

    Duration connectTimeout() {
        return values.connectTimeout;
    }

    Duration sendTimeout() {
        return values.sendTimeout;
    }

    Duration heartbeat() {
        return values.heartbeat;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "RabbitMQ at " + values.broker + ", prefix " + values.prefix;
    }
}
