package dev.troth.engine.consumer;

import dev.troth.engine.runtime.Admission;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Event;
import dev.troth.engine.wire.MalformedMessageException;
import dev.troth.engine.wire.Payloads;
import dev.troth.message.Delivery;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Transport.Subscription;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages of one subscriber and hands each to an {@link Attempt}, so many at once. In order, messages of one key wait for the one
 * before them, and other keys do not.
 */
public final class SubscriberDesk {
    private static final Logger log = LoggerFactory.getLogger(SubscriberDesk.class);

    private final Environment environment;
    private final SubscriberSpec spec;
    private final EventTransport transport;
    private final Attempt attempt;
    private final Tally tally = new Tally();
    private final Admission admission;

    private final Object lock = new Object(); // guards all below
    private final Map<String, Queue<Delivery>> behind = new HashMap<>();
    private int unsettled;
    private @Nullable Subscription subscription;

    /** Creates it. */
    public SubscriberDesk(Environment environment, SubscriberSpec spec, EventTransport transport, Payloads payloads) {
        this.environment = environment;
        this.spec = spec;
        this.transport = transport;
        this.attempt = new Attempt(environment, spec, transport, payloads, tally);
        this.admission = new Admission(
                spec.concurrency(), window(), environment.scheduler().workers());
    }

    /** Takes a few more than can run, so that a free handler does not wait for the broker. */
    private int window() {
        return Math.max(2 * spec.concurrency(), 10);
    }

    /** How it was set up. */
    public SubscriberSpec spec() {
        return spec;
    }

    /** Takes messages, from now on or again. */
    public void resume() {
        synchronized (lock) {
            if (subscription != null) {
                return;
            }
        }
        Subscription begun = transport.subscribe(spec.feed(), window(), this::receive);
        synchronized (lock) {
            if (subscription == null) {
                subscription = begun;
                log.info("subscriber={} takes messages", spec.name());
                return;
            }
        }
        begun.close();
    }

    /** Takes no more messages; they wait at the broker. Those that it has are still applied. */
    public void pause() {
        Subscription ends;
        synchronized (lock) {
            ends = subscription;
            subscription = null;
        }
        if (ends != null) {
            ends.close();
            log.info("subscriber={} takes no more messages", spec.name());
        }
    }

    /** Whether it takes messages. */
    public boolean running() {
        synchronized (lock) {
            return subscription != null;
        }
    }

    /** How many messages it has that are not settled. */
    public int working() {
        synchronized (lock) {
            return unsettled;
        }
    }

    /** What became of its messages since the start. */
    public Map<String, Long> counts() {
        return tally.counts();
    }

    private void receive(Delivery delivery) {
        Event event;
        try {
            event = Event.read(delivery.envelope());
        } catch (MalformedMessageException e) {
            log.warn(
                    "code=TROTH-0601 subscriber={} A message is no event and goes to the dead letters: {} ({})",
                    spec.name(),
                    e.getMessage(),
                    delivery.envelope());
            delivery.deadLetter(String.valueOf(e.getMessage()));
            return;
        }
        synchronized (lock) {
            unsettled++;
            if (spec.inOrder()) {
                Queue<Delivery> others = behind.get(event.key());
                if (others != null) {
                    others.add(delivery);
                    return;
                }
                behind.put(event.key(), new ArrayDeque<>());
            }
        }
        enter(delivery, event, Event.attempt(delivery.envelope()));
    }

    private void enter(Delivery delivery, Event event, int number) {
        if (!admission.enter(() -> run(delivery, event, number))) {
            delivery.release(); // more than the window allows: the transport is not ours
            settled(event);
        }
    }

    private void run(Delivery delivery, Event event, int number) {
        Attempt.Next next;
        try {
            next = attempt.run(delivery, event, number);
        } finally {
            admission.leave();
        }
        if (next instanceof Attempt.Next.InPlace again) {
            environment.scheduler().after(again.pause(), () -> enter(delivery, event, again.number()));
        } else {
            settled(event);
        }
    }

    /** The next of the same key can go. */
    private void settled(Event event) {
        Delivery next;
        synchronized (lock) {
            unsettled--;
            Queue<Delivery> others = behind.get(event.key());
            next = others == null ? null : others.poll();
            if (next == null) {
                behind.remove(event.key());
                return;
            }
        }
        try {
            enter(next, Event.read(next.envelope()), Event.attempt(next.envelope()));
        } catch (MalformedMessageException impossible) { // it was read before
            throw new IllegalStateException(impossible);
        }
    }
}
