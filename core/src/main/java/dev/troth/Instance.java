package dev.troth;

import dev.troth.engine.participant.ParticipantDesk;
import dev.troth.engine.participant.ParticipantSpec;
import dev.troth.engine.recovery.Recovery;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.twophase.CoordinatorDesk;
import dev.troth.engine.twophase.Transactions;
import dev.troth.engine.wire.Payloads;
import dev.troth.engine.wire.Sender;
import dev.troth.protocol.Address;
import dev.troth.spi.BranchStore;
import dev.troth.spi.Codec;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running instance of a service: its parts, put together in the order in which they need each other, and its end. */
final class Instance {
    private static final Logger log = LoggerFactory.getLogger(Instance.class);
    private static final int INSTANCE_WINDOW = 1000;
    private static final int LOG_WINDOW = 100;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    final Address.Instance self;
    final Transactions transactions;
    final CoordinatorDesk coordinator;
    final Payloads payloads;
    final Sender sender;
    final Transport transport;
    private final Environment environment;
    private final Optional<DecisionLog> decisions;
    private final Map<String, ParticipantDesk> participants = new LinkedHashMap<>();
    private final Recovery recovery;
    final Messaging messaging;
    private final List<Transport.Subscription> shared = new ArrayList<>();
    private final List<Transport.Subscription> own = new ArrayList<>();

    Instance(
            Address.Instance self,
            Transport transport,
            Optional<DecisionLog> decisions,
            List<ParticipantSpec> specs,
            Messaging.Parts messages,
            Environment environment,
            Codec codec) {
        this.self = self;
        this.transport = transport;
        this.decisions = decisions;
        this.environment = environment;
        this.payloads = new Payloads(codec, environment.settings().payloadLimit());
        this.sender = new Sender(transport, self);
        DecisionLog decisionLog = decisions.orElseGet(NoDecisionLog::new);
        String logId = decisionLog.open();
        this.messaging = new Messaging(messages, decisions.map(log -> logId), transport, environment, payloads, self);
        this.transactions = new Transactions(environment, sender, decisionLog, logId, payloads, messaging.outbox());
        this.coordinator = new CoordinatorDesk(environment, sender, decisionLog, logId, transactions);
        for (ParticipantSpec spec : specs) {
            String storeId = spec.store().open();
            participants.put(spec.name(), new ParticipantDesk(environment, sender, payloads, spec, storeId));
        }
        this.recovery = new Recovery(environment, decisions, transactions, List.copyOf(participants.values()));
    }

    /** Starts; if that fails, nothing of it keeps running. */
    void startOrUndo() {
        try {
            start();
        } catch (RuntimeException e) {
            recovery.stop();
            messaging.stop();
            closeAll(shared);
            closeAll(own);
            throw e;
        }
    }

    /** Its own address first: whoever it talks to can answer from the first message on. */
    private void start() {
        Switchboard switchboard = new Switchboard(coordinator, participants);
        own.add(transport.listen(self, INSTANCE_WINDOW, switchboard::receive));
        if (decisions.isPresent()) {
            shared.add(transport.listen(new Address.Log(self.name()), LOG_WINDOW, switchboard::receive));
        }
        participants.values().forEach(desk -> shared.add(transport.offer(desk.offer(), switchboard::receive)));
        recovery.start();
        messaging.start();
        log.info("service={} instance={} participants={} started", self.name(), self.id(), participants.keySet());
    }

    /** Takes no new work, gives what runs the time to end, and leaves the rest to recovery by other instances. */
    void stop(Duration patience) {
        log.info("service={} instance={} stopping, in flight: {}", self.name(), self.id(), inFlight());
        transactions.refuseNew();
        recovery.stop();
        messaging.stop();
        closeAll(shared);
        if (!drain(patience)) {
            log.warn(
                    "code=TROTH-0501 service={} instance={} {} transactions, branches or messages did not end within {}; their time-outs and"
                            + " recovery by other instances finish them",
                    self.name(),
                    self.id(),
                    inFlight(),
                    patience);
        }
        transactions.expireAll();
        participants.values().forEach(ParticipantDesk::flush);
        transactions.flush();
        closeAll(own);
        log.info("service={} instance={} stopped", self.name(), self.id());
    }

    private int inFlight() {
        return transactions.inFlight()
                + messaging.inFlight()
                + participants.values().stream().mapToInt(ParticipantDesk::busy).sum();
    }

    /** Waits, looking every few milliseconds, until nothing runs; false if the time was over first. */
    private boolean drain(Duration patience) {
        CompletableFuture<Boolean> drained = new CompletableFuture<>();
        look(drained);
        try {
            return environment.scheduler().await(drained, patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void look(CompletableFuture<Boolean> drained) {
        if (inFlight() == 0) {
            drained.complete(true);
        } else {
            environment.scheduler().after(LOOK_AGAIN, () -> look(drained));
        }
    }

    /** Closes everything that it was given, and goes on when something does not close. */
    void release() {
        close("transport", transport);
        decisions.ifPresent(given -> close("decision log", given));
        messaging.stores().forEach(this::close);
        participants.forEach(
                (name, desk) -> close("store of " + name, desk.spec().store()));
    }

    private void close(String what, AutoCloseable given) {
        try {
            given.close();
        } catch (Exception e) {
            log.warn(
                    "code=TROTH-0502 service={} The {} did not close; the process can end all the same",
                    self.name(),
                    what,
                    e);
        }
    }

    private static void closeAll(List<Transport.Subscription> subscriptions) {
        subscriptions.forEach(Transport.Subscription::close);
        subscriptions.clear();
    }

    Health health() {
        Map<String, Integer> working = new LinkedHashMap<>();
        Map<String, Health.Slots> slots = new LinkedHashMap<>();
        participants.forEach((name, desk) -> {
            working.put(name, desk.working());
            slots.put(
                    name,
                    new Health.Slots(
                            desk.slotsTaken(),
                            desk.slotsWanted(),
                            desk.spec().store().slots()));
        });
        return new Health(
                transport.connected(),
                transactions.inFlight(),
                working,
                slots,
                sender.sentByType(),
                messaging.health());
    }

    Unfinished unfinished() {
        Map<String, BranchStore> stores = new LinkedHashMap<>();
        participants.forEach((name, desk) -> stores.put(name, desk.spec().store()));
        return new Unfinished(decisions, messaging.store(), stores, messaging::deadLetters);
    }
}
