package dev.troth.engine.consumer;

import dev.troth.admin.DeadLetterState;
import dev.troth.engine.consumer.SubscriberSpec.Entry;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Event;
import dev.troth.engine.wire.Payloads;
import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Refusal;
import dev.troth.spi.CodecException;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.EventTransport;
import dev.troth.spi.StoreException;
import dev.troth.spi.Tracing;
import dev.troth.spi.Transport.Sent;
import dev.troth.tx.RefusedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries to apply one message, and settles it: applied now or before, tried again later, or kept as a dead letter. It is acknowledged only when
 * that is durable, wherever it is.
 */
final class Attempt {
    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    private final Environment environment;
    private final SubscriberSpec spec;
    private final EventTransport transport;
    private final Payloads payloads;
    private final Tally tally;
    private volatile boolean away; // the database, as far as this subscriber knows

    Attempt(Environment environment, SubscriberSpec spec, EventTransport transport, Payloads payloads, Tally tally) {
        this.environment = environment;
        this.spec = spec;
        this.transport = transport;
        this.payloads = payloads;
        this.tally = tally;
    }

    /** What comes after an attempt. */
    sealed interface Next {
        /** Nothing: it is settled, or soon will be. */
        record Settled() implements Next {}

        /** Another attempt, with the same delivery. */
        record InPlace(int number, Duration pause) implements Next {
            /** Checks the pause: brokers take a message back from a consumer that has it for long. */
            public InPlace {
                pause = pause.compareTo(SubscriberSpec.LONGEST_IN_PLACE) < 0 ? pause : SubscriberSpec.LONGEST_IN_PLACE;
            }
        }

        /** Another attempt, with a message of its own, which the broker keeps for so long. */
        record Later(int number, Duration pause) implements Next {}
    }

    static final Next SETTLED = new Next.Settled();

    /** A message came that is here already. */
    void duplicate() {
        tally.duplicates.increment();
    }

    /** May block. Never throws. */
    Next run(Delivery delivery, Event event, int number) {
        Optional<Entry<?>> entry = spec.entry(event.payload().kind());
        try {
            if ((spec.inOrder() || delivery.redelivered()) && isDeadLetter(delivery.envelope())) {
                duplicate();
            } else if (entry.isEmpty()) {
                throw new UnknownKindException(event.payload().kind(), spec);
            } else {
                apply(delivery, event, number, entry.get());
            }
            away = false;
            delivery.ack();
            return SETTLED;
        } catch (Throwable thrown) { // whatever a handler throws, the message must be settled
            return afterFailure(delivery, event, number, thrown);
        }
    }

    private Next afterFailure(Delivery delivery, Event event, int number, Throwable failure) {
        try {
            return databaseAway(StackText.shown(failure))
                    ? storeFailed(event, number, failure)
                    : failed(delivery, event, number, failure);
        } catch (RuntimeException | Error e) {
            log.error(
                    "code=TROTH-0803 subscriber={} message={} What follows a failed attempt failed, too; it is delivered"
                            + " again",
                    spec.name(),
                    event.id(),
                    e);
            return new Next.InPlace(number, environment.pause(2));
        }
    }

    /**
     * Whether it is kept, or was discarded: it came again because the broker did not hear that, or the relay did not hear of the broker, and
     * what follows it may be applied by now. What was sent once more from there is to be applied.
     */
    private boolean isDeadLetter(Envelope message) {
        return !Event.isReplay(message)
                && spec.inbox()
                        .deadLetters()
                        .find(message.messageId())
                        .filter(kept -> kept.letter().state() != DeadLetterState.REPLAYED)
                        .isPresent();
    }

    /** By what the failure means, whoever met it: what a handler does with the database may fail for reasons of the message. */
    private boolean databaseAway(Throwable failure) {
        return spec.inbox().explain(failure).reason() == Refusal.Reason.UNAVAILABLE;
    }

    private <E> void apply(Delivery delivery, Event event, int number, Entry<E> entry) throws Exception {
        E value = payloads.read(event.payload(), entry.type());
        Supplier<Tracing.Step> step = () -> new Tracing.Step(
                Tracing.Part.EVENT,
                spec.name(),
                event.payload().kind(),
                event.id(),
                delivery.envelope().header("traceparent"));
        boolean applied = spec.inbox().<Exception>once(event.id(), connection -> {
            IncomingView view = new IncomingView(delivery, event, number, connection);
            Boolean unused = environment.traces().<Boolean, Exception>within(step, () -> {
                entry.effect().handle(value, view);
                return true;
            });
        });
        (applied ? tally.applied : tally.duplicates).increment();
        log.debug("subscriber={} message={} applied={}", spec.name(), event.id(), applied);
    }

    /** Not the message's fault: it does not count. It stays where it is, so that the broker sends no more than the window. */
    private Next storeFailed(Event event, int number, Throwable failure) {
        tally.failures.increment();
        if (away) {
            log.debug(
                    "subscriber={} message={} the database is still away",
                    spec.name(),
                    event.id(),
                    StackText.shown(failure));
        } else {
            away = true;
            log.warn(
                    "code=TROTH-0803 subscriber={} message={} The database failed; messages are delivered again until it"
                            + " answers, and that is not said again",
                    spec.name(),
                    event.id(),
                    StackText.shown(failure));
        }
        return new Next.InPlace(number, environment.pause(2));
    }

    private Next failed(Delivery delivery, Event event, int number, Throwable failure) {
        tally.failures.increment();
        boolean hopeless = failure instanceof CodecException || failure instanceof RefusedException;
        Optional<Duration> pause = hopeless
                ? Optional.empty()
                : spec.retry().pause(number, failure, environment.chance().getAsDouble());
        if (pause.isPresent()) {
            log.debug(
                    "subscriber={} message={} attempt={} failed",
                    spec.name(),
                    event.id(),
                    number,
                    StackText.shown(failure));
            return spec.inOrder() // nothing of the same key may overtake it
                    ? new Next.InPlace(number + 1, pause.get())
                    : new Next.Later(number + 1, pause.get());
        }
        return keep(delivery, event, number, failure);
    }

    private Next keep(Delivery delivery, Event event, int number, Throwable failure) {
        Throwable shown = StackText.shown(failure);
        DeadLetter.Failure why =
                new DeadLetter.Failure(failure.getClass().getName(), shown.toString(), StackText.of(shown));
        try {
            spec.inbox().keep(new DeadLetter(event.payload().kind(), event.key(), delivery.envelope(), number, why));
        } catch (StoreException e) {
            return storeFailed(event, number, e);
        }
        tally.deadLetters.increment();
        log.warn(
                "code=TROTH-0804 subscriber={} message={} kind={} key={} attempts={} A message is kept as a dead letter"
                        + " and not tried any more: {}",
                spec.name(),
                event.id(),
                event.payload().kind(),
                event.key(),
                number,
                why.reason(),
                shown);
        delivery.ack();
        return SETTLED;
    }

    /** Sends the message for a later attempt, and acknowledges this delivery; completes with whether that was done. */
    CompletionStage<Boolean> sentLater(Delivery delivery, Next.Later later) {
        CompletionStage<Sent> sending;
        try {
            sending = transport.sendLater(
                    spec.address(), Event.forAttempt(delivery.envelope(), later.number()), later.pause());
        } catch (RuntimeException e) {
            sending = CompletableFuture.failedFuture(e);
        }
        return sending.handle((sent, failure) -> {
            if (sent != Sent.ACCEPTED) {
                log.debug("subscriber={} message not sent for later, it waits here: {}", spec.name(), sent, failure);
                return false;
            }
            delivery.ack();
            return true;
        });
    }
}
