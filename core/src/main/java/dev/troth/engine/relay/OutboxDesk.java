package dev.troth.engine.relay;

import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Event;
import dev.troth.engine.wire.Payloads;
import dev.troth.protocol.Address;
import dev.troth.protocol.Payload;
import dev.troth.spi.EventTransport;
import dev.troth.spi.OutboxStore;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** The outbox of an instance: what it writes there, and the relays that send what anybody has written. */
public final class OutboxDesk {
    /** What is said where one is needed and there is none. */
    public static final String MISSING =
            "This service has no outbox, so an event could be lost in a crash. Nothing was written."
                    + " Add .outbox(Outbox.on(dataSource)), with the database of .decisions(…).";

    /** Two: while one waits for the broker the other works with the database. */
    private static final int RELAYS = 2;

    /** For those whose commit nobody tells us. */
    private static final List<Duration> LOOK_SOON =
            List.of(Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofMillis(300));

    private static final Duration LOOKED = Duration.ofMillis(20);

    private final Environment environment;
    private final OutboxStore store;
    private final Payloads payloads;
    private final String service;
    private final List<Relay> relays = new ArrayList<>();
    private final AtomicBoolean looking = new AtomicBoolean();

    /** Creates it. */
    public OutboxDesk(
            Environment environment,
            OutboxStore store,
            EventTransport transport,
            Payloads payloads,
            Address.Instance self) {
        this.environment = environment;
        this.store = store;
        this.payloads = payloads;
        this.service = self.name();
        for (int relay = 0; relay < RELAYS; relay++) {
            Set<Integer> lanes = new HashSet<>();
            for (int lane = relay; lane < OutboxStore.LANES; lane += RELAYS) {
                lanes.add(lane);
            }
            relays.add(new Relay(environment, store, transport, self.id() + '-' + relay, Set.copyOf(lanes)));
        }
    }

    /**
     * What is to be written.
     *
     * @param id of the event or command
     * @param key its key, or the id where order does not matter
     * @param correlation what it belongs to, for people
     * @param traceparent the trace that it continues, or ""
     */
    public record Stamp(String id, String key, String correlation, String traceparent) {}

    /** Writes an event, to the topic that its kind names. */
    public void publish(Connection connection, Stamp stamp, Object event) {
        add(connection, stamp, Payloads.topicOf(event.getClass()), payloads.command(event));
    }

    /** Writes a command to a subscriber. */
    public void send(Connection connection, Stamp stamp, String subscriber, Object command) {
        add(connection, stamp, new Address.Subscriber(subscriber), payloads.command(command));
    }

    private void add(Connection connection, Stamp stamp, Address to, Payload payload) {
        Event event = new Event(stamp.id(), stamp.key(), payload);
        store.add(
                connection,
                event.to(
                        to,
                        service,
                        stamp.correlation(),
                        stamp.traceparent(),
                        environment.scheduler().now()));
    }

    /** Messages of these keys were committed. Never blocks. */
    public void committed(Collection<String> keys) {
        keys.stream()
                .map(key -> OutboxStore.lane(key) % RELAYS)
                .distinct()
                .forEach(relay -> relays.get(relay).tell());
    }

    /** Something was written on a connection that its owner will commit, and nobody tells us. */
    public void written() {
        if (looking.compareAndSet(false, true)) {
            LOOK_SOON.forEach(soon -> environment.scheduler().after(soon, this::look));
            environment.scheduler().after(LOOKED, () -> looking.set(false));
        }
    }

    private void look() {
        relays.forEach(Relay::tell);
    }

    /** Starts to send what waits. */
    public void start() {
        look();
    }

    /** Sends nothing new. */
    public void stop() {
        relays.forEach(Relay::stop);
    }

    /** How many of its relays send at this moment. */
    public int working() {
        return (int) relays.stream().filter(Relay::awake).count();
    }
}
