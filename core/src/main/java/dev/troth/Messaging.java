package dev.troth;

import dev.troth.admin.DeadLetters;
import dev.troth.engine.consumer.DeadLetterDesk;
import dev.troth.engine.consumer.SubscriberDesk;
import dev.troth.engine.consumer.SubscriberSpec;
import dev.troth.engine.relay.OutboxDesk;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Payloads;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.Transport;
import dev.troth.tx.TrothException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The half of an instance that deals with events and commands: its outbox, and its subscribers. */
final class Messaging {
    private final Parts parts;
    private final Optional<OutboxDesk> outbox;
    private final Map<String, SubscriberDesk> subscribers = new LinkedHashMap<>();
    private final Map<String, DeadLetterDesk> deadLetters = new LinkedHashMap<>();

    /** What it was set up with. */
    record Parts(Optional<OutboxStore> outbox, List<SubscriberSpec> subscribers) {
        boolean none() {
            return outbox.isEmpty() && subscribers.isEmpty();
        }
    }

    /** The log's identity is empty where there is none. */
    Messaging(
            Parts parts,
            Optional<String> logId,
            Transport transport,
            Environment environment,
            Payloads payloads,
            Address.Instance self) {
        this.parts = parts;
        if (parts.none()) {
            this.outbox = Optional.empty();
            return;
        }
        EventTransport events = events(transport);
        parts.outbox().ifPresent(store -> checkSame(store.open(), logId));
        parts.subscribers().forEach(spec -> spec.inbox().open());
        this.outbox = parts.outbox().map(store -> new OutboxDesk(environment, store, events, payloads, self));
        for (SubscriberSpec spec : parts.subscribers()) {
            subscribers.put(spec.name(), new SubscriberDesk(environment, spec, events, payloads));
            deadLetters.put(spec.name(), new DeadLetterDesk(environment, spec, events, payloads));
        }
    }

    private static void checkSame(String outbox, Optional<String> log) {
        if (log.isPresent() && !log.get().equals(outbox)) {
            throw new TrothException("The outbox is in another database (identity '" + outbox
                    + "') than the decision log (identity '" + log.get()
                    + "'): events would be written where nobody sends them. Nothing was started. Give both the same data source:"
                    + " .decisions(JdbcDecisionLog.on(dataSource)).outbox(Outbox.on(dataSource)).");
        }
    }

    private static EventTransport events(Transport transport) {
        if (transport instanceof EventTransport events) {
            return events;
        }
        throw new TrothException(
                transport.getClass().getSimpleName() + " carries no events: what it has taken would not"
                        + " outlive this process. Nothing was started. Use RabbitTransport for services with an outbox or"
                        + " subscribers.");
    }

    Optional<OutboxDesk> outbox() {
        return outbox;
    }

    Optional<OutboxStore> store() {
        return parts.outbox();
    }

    /** Subscribers first, so that what is sent finds them. */
    void start() {
        subscribers.values().forEach(SubscriberDesk::resume);
        outbox.ifPresent(OutboxDesk::start);
    }

    /** Takes and sends nothing new. */
    void stop() {
        subscribers.values().forEach(SubscriberDesk::pause);
        outbox.ifPresent(OutboxDesk::stop);
    }

    int inFlight() {
        return outbox.map(OutboxDesk::working).orElse(0)
                + subscribers.values().stream()
                        .mapToInt(SubscriberDesk::working)
                        .sum();
    }

    SubscriberDesk subscriber(String name) {
        return named(name, subscribers);
    }

    DeadLetters deadLetters(String name) {
        return named(name, deadLetters);
    }

    private <T> T named(String name, Map<String, T> parts) {
        T found = parts.get(name);
        if (found == null) {
            throw new TrothException("There is no subscriber '" + name + "' here, but " + subscribers.keySet() + ".");
        }
        return found;
    }

    Map<String, Health.OfSubscriber> health() {
        Map<String, Health.OfSubscriber> health = new LinkedHashMap<>();
        subscribers.forEach((name, desk) ->
                health.put(name, new Health.OfSubscriber(desk.running(), desk.working(), desk.counts())));
        return health;
    }

    /** What has to be closed at the end, by name. */
    Map<String, AutoCloseable> stores() {
        Map<String, AutoCloseable> stores = new LinkedHashMap<>();
        parts.outbox().ifPresent(store -> stores.put("outbox", store));
        parts.subscribers().forEach(spec -> stores.put("inbox of " + spec.name(), spec.inbox()));
        return stores;
    }
}
