package dev.troth;

import dev.troth.codec.JsonCodec;
import dev.troth.engine.participant.ParticipantSpec;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.runtime.Events;
import dev.troth.engine.runtime.Settings;
import dev.troth.engine.runtime.SystemScheduler;
import dev.troth.engine.runtime.Traces;
import dev.troth.protocol.Address;
import dev.troth.protocol.Name;
import dev.troth.spi.Codec;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.Probe;
import dev.troth.spi.Scheduler;
import dev.troth.spi.Tracing;
import dev.troth.spi.Transport;
import dev.troth.tx.TransactionListener;
import dev.troth.tx.TrothException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Sets up a {@link Troth}. Made by {@link Troth#builder(String)}; not safe for use by several threads. */
public final class TrothBuilder {
    private final String service;
    private @Nullable Transport transport;
    private @Nullable DecisionLog decisions;
    private final Map<String, Participant> participants = new LinkedHashMap<>();
    private final Map<String, Subscriber> subscribers = new LinkedHashMap<>();
    private @Nullable OutboxStore outbox;
    private final List<TransactionListener> listeners = new ArrayList<>();
    private Codec codec = new JsonCodec();
    private Settings settings = Settings.DEFAULT;
    private Probe probe = Probe.NONE;
    private Tracing tracing = Tracing.NONE;
    private boolean virtualThreads = true;
    private @Nullable Scheduler scheduler;
    private @Nullable RandomGenerator random;

    TrothBuilder(String service) {
        this.service = Name.check(service);
    }

    /** How messages travel. Required. It is closed with the service. */
    public TrothBuilder transport(Transport value) {
        transport = value;
        return this;
    }

    /** Where decisions are kept. Required to start transactions of several branches. It is closed with the service. */
    public TrothBuilder decisions(DecisionLog value) {
        decisions = value;
        return this;
    }

    /** Offers a participant to the transactions of others. Its store is closed with the service. */
    public TrothBuilder participant(Participant value) {
        if (participants.put(value.name(), value) != null) {
            throw new TrothException("Service '" + service + "' offers participant '" + value.name()
                    + "' twice. Put all" + " handlers into one Participant.");
        }
        return this;
    }

    /**
     * Where events and commands wait until they are sent: in the database of the decision log, so that they are written with the data.
     * Required to publish. It is closed with the service.
     */
    public TrothBuilder outbox(OutboxStore value) {
        outbox = value;
        return this;
    }

    /** Does something with events and commands. Its inbox is closed with the service. */
    public TrothBuilder subscriber(Subscriber value) {
        if (subscribers.put(value.name(), value) != null) {
            throw new TrothException(
                    "Service '" + service + "' offers subscriber '" + value.name()
                            + "' twice. Put all handlers into one Subscriber, or give it another name: each name gets every event.");
        }
        return this;
    }

    /** How commands and answers become bytes; JSON unless it is set. All services that talk to each other use the same. */
    public TrothBuilder codec(Codec value) {
        codec = value;
        return this;
    }

    /** From a transaction's start to its decision, unless it says otherwise; 10 seconds unless it is set, 1 hour at most. */
    public TrothBuilder timeout(Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Settings.MAX_TIMEOUT) > 0) {
            throw new TrothException("A time-out lies between zero and " + Settings.MAX_TIMEOUT + ", not " + value);
        }
        settings = new Settings(
                value, settings.concurrency(), settings.waiting(), settings.payloadLimit(), settings.patience());
        return this;
    }

    /**
     * How many transactions may run at once; 64 unless it is set. Those with local work each hold a connection of the log's pool
     * while they run, so with {@code transactAsync} it should not be more than the pool has.
     */
    public TrothBuilder concurrency(int value) {
        if (value < 1) {
            throw new TrothException("A service runs at least 1 transaction at once, not " + value);
        }
        settings = new Settings(
                settings.timeout(), value, settings.waiting(), settings.payloadLimit(), settings.patience());
        return this;
    }

    /** How many transactions may wait to be run; 10,000 unless it is set. More are refused, having done nothing. */
    public TrothBuilder waiting(int value) {
        if (value < 0) {
            throw new TrothException("A number of waiting transactions is not negative: " + value);
        }
        settings = new Settings(
                settings.timeout(), settings.concurrency(), value, settings.payloadLimit(), settings.patience());
        return this;
    }

    /** The largest command, answer or event, in bytes; 1 MiB unless it is set. The transport must carry that much. */
    public TrothBuilder payloadLimit(int bytes) {
        if (bytes < 1) {
            throw new TrothException("A payload limit is positive: " + bytes);
        }
        settings = new Settings(
                settings.timeout(), settings.concurrency(), settings.waiting(), bytes, settings.patience());
        return this;
    }

    /**
     * How long a branch in doubt waits before it asks, and recovery before it tries again; 1 second unless it is set. Shorter
     * means faster recovery and more messages while something is away.
     */
    public TrothBuilder patience(Duration value) {
        if (value.compareTo(Duration.ofMillis(10)) < 0 || value.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new TrothException("Patience lies between 10 ms and 1 minute, not " + value);
        }
        settings = new Settings(
                settings.timeout(), settings.concurrency(), settings.waiting(), settings.payloadLimit(), value);
        return this;
    }

    /** Hears every change of state. */
    public TrothBuilder listener(TransactionListener value) {
        listeners.add(value);
        return this;
    }

    /** The traces that the service is part of; none unless it is set. */
    public TrothBuilder tracing(Tracing value) {
        tracing = value;
        return this;
    }

    /**
     * Whether workers are virtual threads, where the JVM has them (21 and newer); they are unless it is set. Handlers that hold on to
     * their carrier while they wait, as JDBC drivers with {@code synchronized} do before Java 24, are better off on others.
     */
    public TrothBuilder virtualThreads(boolean value) {
        virtualThreads = value;
        return this;
    }

    /** Is told of every crash point. For tests. */
    public TrothBuilder probe(Probe value) {
        probe = value;
        return this;
    }

    /** Time and threads. For tests; the system's unless it is set. Not closed with the service. */
    public TrothBuilder scheduler(Scheduler value) {
        scheduler = value;
        return this;
    }

    /** Where the instance's identity and jitter come from. For tests; unless it is set, the identity comes from a secure random. */
    public TrothBuilder random(RandomGenerator value) {
        random = value;
        return this;
    }

    /**
     * Checks transport, log and stores, and starts.
     *
     * @throws TrothException if something required is missing, with the line to add
     * @throws dev.troth.spi.StoreException if a database cannot be used, with what to do about it
     * @throws dev.troth.spi.TransportException if the transport cannot listen
     */
    public Troth start() {
        if (transport == null) {
            throw new TrothException("Service '" + service + "' has no transport, so it could talk to nobody. Add"
                    + " .transport(RabbitTransport.connect(\"amqp://localhost\")).");
        }
        if (decisions == null && participants.isEmpty() && subscribers.isEmpty() && outbox == null) {
            throw new TrothException(
                    "Service '" + service + "' could neither start transactions nor take part in any. Add"
                            + " .decisions(JdbcDecisionLog.on(dataSource)), .participant(…), .outbox(…) or .subscriber(…).");
        }
        List<ParticipantSpec> specs =
                participants.values().stream().map(Participant::spec).toList();
        Scheduler own = scheduler == null ? new SystemScheduler(service, virtualThreads) : scheduler;
        Runnable closeScheduler = scheduler == null ? own::close : () -> {};
        try {
            Environment environment =
                    new Environment(own, jitter(), settings, new Events(listeners), probe, new Traces(tracing));
            Instance instance = new Instance(
                    new Address.Instance(service, randomId()),
                    transport,
                    Optional.ofNullable(decisions),
                    specs,
                    new Messaging.Parts(
                            Optional.ofNullable(outbox),
                            subscribers.values().stream().map(Subscriber::spec).toList()),
                    environment,
                    codec);
            instance.startOrUndo();
            return new Troth(instance, environment, decisions != null, closeScheduler);
        } catch (RuntimeException e) {
            closeScheduler.run();
            throw e;
        }
    }

    /** Drawn by every branch: a secure random is slow, and a lock that all of them share. */
    private DoubleSupplier jitter() {
        return random == null ? () -> ThreadLocalRandom.current().nextDouble() : random::nextDouble;
    }

    /** Eight letters or digits: the identity of this process among all that ever share its log. */
    private String randomId() {
        RandomGenerator source = random == null ? new SecureRandom() : random;
        StringBuilder id = new StringBuilder();
        while (id.length() < 8) {
            id.append(Character.forDigit(source.nextInt(36), 36));
        }
        return id.toString();
    }
}
