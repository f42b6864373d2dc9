package dev.troth.rabbitmq.toolbox;

import dev.troth.rabbitmq.RabbitOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** How a {@link Toolbox} or a {@link ChannelPool} is set up. An immutable value: every method returns a changed copy. */
public final class ToolboxOptions {
    private final Values values;

    private ToolboxOptions(Values values) {
        this.values = values;
    }

    /** The values; changed only while a copy is being made. */
    private static final class Values implements Cloneable {
        RabbitOptions broker;
        String virtualHost = "";

        @Nullable
        ManagementApi management;

        int maxConnections = 2;
        int maxChannels = 100;
        Duration borrowTimeout = Duration.ofSeconds(10);
        Duration leakAfter = Duration.ofMinutes(1);
        int window = 1_000;
        Duration publishTimeout = Duration.ofSeconds(30);

        Values(RabbitOptions broker) {
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

    private ToolboxOptions with(Consumer<Values> change) {
        Values changed = values.copy();
        change.accept(changed);
        return new ToolboxOptions(changed);
    }

    /**
     * Defaults for the broker at the URI.
     *
     * @param uri {@code amqp[s]://user:password@host:port/virtual-host}, as in {@link RabbitOptions#uri(String)}
     */
    public static ToolboxOptions uri(String uri) {
        return new ToolboxOptions(new Values(RabbitOptions.uri(uri)));
    }

    /** Trust and client certificate for {@code amqps}; the JVM's default otherwise. Host names are verified either way. */
    public ToolboxOptions sslContext(SSLContext context) {
        return with(v -> v.broker = v.broker.sslContext(context));
    }

    /** A connection that is silent for twice this long is given up; 10 s by default, whole seconds. */
    public ToolboxOptions heartbeat(Duration interval) {
        return with(v -> v.broker = v.broker.heartbeat(interval));
    }

    /** Another virtual host than that of the URI. It has to exist: {@code rabbitmqctl add_vhost}. */
    public ToolboxOptions virtualHost(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("A virtual host needs a name; the one that is always there is '/'.");
        }
        return with(v -> v.virtualHost = Names.shortText("virtual host", name));
    }

    /**
     * The broker's management HTTP API, {@code http[s]://user:password@host:15672}: with it a declaration that differs is compared
     * setting by setting. Asked only then; without it the broker is asked over AMQP, which tells one difference at a time. Its user needs
     * the tag {@code management}.
     */
    public ToolboxOptions management(String uri) {
        ManagementApi api = ManagementApi.at(uri);
        return with(v -> v.management = api);
    }

    /**
     * How many connections a pool makes at most (2 by default) and how many channels on each (100). A toolbox has two pools: one to
     * publish, one for everything else. Each consumer keeps a channel.
     */
    public ToolboxOptions poolSize(int connections, int channelsEach) {
        Names.within("connections", connections, 1, 1_000);
        Names.within("channels of a connection", channelsEach, 1, 2_047);
        return with(v -> {
            v.maxConnections = connections;
            v.maxChannels = channelsEach;
        });
    }

    /** For how long to wait for a channel at most; 10 s by default. Over it one gets a {@link BorrowException}. */
    public ToolboxOptions borrowTimeout(Duration timeout) {
        return with(v -> v.borrowTimeout = positive("borrowTimeout", timeout));
    }

    /**
     * A channel that is borrowed for longer gets one warning with the place where it was borrowed; 1 min by default. Zero: never, and
     * then to borrow costs no stack trace.
     */
    public ToolboxOptions leakAfter(Duration time) {
        return with(v -> v.leakAfter = time.isZero() ? time : positive("leakAfter", time));
    }

    /** How many publishes may be on their way at once, 1,000 by default; one more waits for its turn. */
    public ToolboxOptions publishWindow(int messages) {
        return with(v -> v.window = (int) Names.within("publishWindow", messages, 1, 1_000_000));
    }

    /** For how long a publish may wait for its turn, and then for the broker's confirmation; 30 s by default, for each. */
    public ToolboxOptions publishTimeout(Duration timeout) {
        return with(v -> v.publishTimeout = positive("publishTimeout", timeout));
    }

    private static Duration positive(String what, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(what + " is more than zero and at most a day: " + value);
        }
        return value;
    }

    RabbitOptions broker() {
        return values.broker;
    }

    String virtualHost() {
        return values.virtualHost;
    }

    Optional<ManagementApi> management() {
        return Optional.ofNullable(values.management);
    }

    int maxConnections() {
        return values.maxConnections;
    }

    int maxChannels() {
        return values.maxChannels;
    }

    Duration borrowTimeout() {
        return values.borrowTimeout;
    }

    Duration leakAfter() {
        return values.leakAfter;
    }

    int window() {
        return values.window;
    }

    Duration publishTimeout() {
        return values.publishTimeout;
    }

    /** Without any password. */
    @Override
    public String toString() {
        return values.broker + (values.virtualHost.isEmpty() ? "" : ", virtual host " + values.virtualHost);
    }
}
