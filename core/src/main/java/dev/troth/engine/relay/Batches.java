package dev.troth.engine.relay;

import dev.troth.engine.runtime.Environment;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.OutboxStore.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches and settles them. Messages of different keys are on their way together; of one key, each is sent when the one before it
 * was accepted, so that nothing overtakes a message that is refused.
 */
final class Batches {
    private static final Logger log = LoggerFactory.getLogger(Batches.class);

    /**
     * After this, with a broker that can be reached, those that have no answer are left behind, if others have one. Longer than a broker
     * takes to elect a leader.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** By then a transport with usual settings has given up what was left behind; if not, it is sent twice. */
    private static final Duration LEFT_BEHIND = Duration.ofSeconds(90);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Environment environment;
    private final OutboxStore store;
    private final EventTransport transport;
    private final BooleanSupplier renewLease;

    Batches(Environment environment, OutboxStore store, EventTransport transport, BooleanSupplier renewLease) {
        this.environment = environment;
        this.store = store;
        this.transport = transport;
        this.renewLease = renewLease;
    }

    /** How the wait for a batch ended. */
    private enum Waited {
        /** With the transport at work all the while. */
        STEADILY,
        /** With the transport away for some of it. */
        WITH_BREAKS,
        /** Before its time: interrupted, stopping, or without its lanes. */
        IN_VAIN
    }

    /** Returns whether the transport works; if not, nothing is noted but what was sent. */
    boolean send(List<Waiting> messages) {
        Batch batch = new Batch(environment.scheduler()::now, transport, messages);
        Waited waited;
        try {
            waited = await(batch);
        } finally {
            batch.abandon();
        }
        return settle(batch, waited);
    }

    /** Until everything has an answer; or until only those have none that had time enough. */
    private Waited await(Batch batch) {
        Instant away = Instant.MIN;
        boolean all = false;
        try {
            while (!all) {
                all = environment.scheduler().await(batch.all(), Relay.LEASE.dividedBy(3));
                if (!all && !renewLease.getAsBoolean()) {
                    return Waited.IN_VAIN;
                }
                Instant now = environment.scheduler().now();
                if (!transport.sendsEvents()) {
                    away = now;
                } else if (batch.anySent()
                        && batch.nothingSince(now.minus(PATIENCE))
                        && away.isBefore(now.minus(PATIENCE))) {
                    all = true;
                }
            }
            return away.equals(Instant.MIN) ? Waited.STEADILY : Waited.WITH_BREAKS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Waited.IN_VAIN;
        }
    }

    private boolean settle(Batch batch, Waited waited) {
        List<Long> sent = new ArrayList<>();
        List<Failed> refused = new ArrayList<>();
        List<Failed> unknown = new ArrayList<>();
        batch.results((message, result) -> {
            switch (result.fate()) {
                case SENT -> sent.add(message.number());
                case REFUSED -> refused.add(new Failed(message, pause(message), result.reason()));
                case UNKNOWN -> unknown.add(new Failed(message, LEFT_BEHIND, result.reason()));
                case BEHIND -> {}
            }
        });
        if (!sent.isEmpty()) {
            store.sent(sent);
        }
        note(refused);
        if (unknown.isEmpty()) {
            return !(sent.isEmpty() && refused.isEmpty());
        }
        if (!leftBehind(waited, !sent.isEmpty())) {
            log.debug("the transport does not work: {}", unknown);
            return false;
        }
        note(unknown);
        return true;
    }

    /** Whether those without an answer are held up by their own queues: the transport works, for others at least. */
    private boolean leftBehind(Waited waited, boolean others) {
        return transport.sendsEvents() && (waited == Waited.STEADILY || (others && waited == Waited.WITH_BREAKS));
    }

    private record Failed(Waiting message, Duration pause, String reason) {}

    private void note(List<Failed> failed) {
        failed.forEach(each -> store.failed(each.message(), each.pause(), each.reason()));
        failed.stream()
                .filter(each -> Integer.bitCount(each.message().attempts() + 1) == 1) // with every doubling
                .collect(Collectors.groupingBy(each -> each.message().message().to()))
                .forEach(Batches::complain);
    }

    private static void complain(Address to, List<Failed> failed) {
        Waiting first = failed.get(0).message();
        log.warn(
                "code=TROTH-0801 to={} messages={} first={} key={} attempts={} not sent: {}. Those of the same key wait"
                        + " with it; it is tried again, at least once a minute",
                to,
                failed.size(),
                first.message().envelope().messageId(),
                first.message().key(),
                first.attempts() + 1,
                failed.get(0).reason());
    }

    private Duration pause(Waiting message) {
        long doubled = 200L << Math.min(message.attempts(), 10);
        double jitter = 0.75 + environment.chance().getAsDouble() / 2;
        return Duration.ofMillis((long) (Math.min(doubled, LONGEST_PAUSE.toMillis()) * jitter));
    }
}
