package dev.troth.engine.consumer;

import dev.troth.engine.runtime.Admission;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Event;
import dev.troth.engine.wire.MalformedMessageException;
import dev.troth.message.Delivery;
import dev.troth.spi.Transport.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the messages of one subscriber from one subscription, from its begin to its end. In order, messages of one key wait for the one
 * before them, and other keys do not.
 *
 * <p>When it ends, what it has is still tried. Not so in order: another instance gets the next messages as soon as the subscription is closed, so
 * what has not begun never begins here, what has begun is finished, and only then is the subscription closed; what was not settled comes
 * again there, in its old order.
 */
final class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final Environment environment;
    private final SubscriberSpec spec;
    private final Attempt attempt;
    private final Admission admission;

    private final Object lock = new Object(); // guards all below
    private final Map<String, Held> held = new HashMap<>(); // by id and attempt
    private final Map<String, Queue<Item>> behind = new HashMap<>();
    private int waiting;
    private int running;
    private boolean ended;
    private @Nullable Subscription subscription;

    Intake(Environment environment, SubscriberSpec spec, Attempt attempt, Admission admission) {
        this.environment = environment;
        this.spec = spec;
        this.attempt = attempt;
        this.admission = admission;
    }

    /** A message and the number of its next attempt. */
    private record Item(Held delivery, Event event, int number) {}

    /** It has begun: this is what it takes from. */
    void takes(Subscription from) {
        synchronized (lock) {
            subscription = from;
        }
        closeIfOver(); // it may have ended meanwhile
    }

    /** Takes nothing more. */
    void end() {
        synchronized (lock) {
            ended = true;
            if (left()) {
                held.clear();
                behind.clear();
                waiting = 0;
            }
        }
        closeIfOver();
    }

    private void closeIfOver() {
        Subscription over;
        synchronized (lock) {
            if (!ended || (spec.inOrder() && running > 0)) {
                return;
            }
            over = subscription;
            subscription = null;
        }
        if (over != null) {
            over.close();
        }
    }

    /** How many messages it has that it will settle. */
    int working() {
        synchronized (lock) {
            return waiting + running;
        }
    }

    void receive(Delivery delivery) {
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
        int number = Event.attempt(delivery.envelope());
        String name = number + " " + event.id();
        Item item = new Item(new Held(delivery, settled -> forget(name, settled)), event, number);
        synchronized (lock) {
            if (left()) {
                return;
            }
            Held same = held.get(name);
            if (same != null && same.joined(delivery)) {
                attempt.duplicate();
                return;
            }
            held.put(name, item.delivery());
            waiting++;
            if (!isNext(item)) {
                return;
            }
        }
        enter(item);
    }

    private void forget(String name, Held settled) {
        synchronized (lock) {
            held.remove(name, settled);
        }
    }

    /** Under the lock: whether it can go, or waits behind others of its key. */
    private boolean isNext(Item item) {
        if (!spec.inOrder()) {
            return true;
        }
        Queue<Item> others = behind.get(item.event().key());
        if (others == null) {
            behind.put(item.event().key(), new ArrayDeque<>());
            return true;
        }
        others.add(item);
        return false;
    }

    /** Under the lock: whether what has not begun is left to others. */
    private boolean left() {
        return ended && spec.inOrder();
    }

    private void enter(Item item) {
        try {
            boolean unused = admission.enter(() -> run(item)); // there is room for all that the window lets in
        } catch (RejectedExecutionException stopped) {
            log.debug("subscriber={} message not begun: the threads are gone, it comes again", spec.name());
        } catch (Error e) {
            log.error("code=TROTH-0803 subscriber={} A message has no thread; it is tried again", spec.name(), e);
            environment.scheduler().after(environment.pause(2), () -> enter(item));
        }
    }

    private void run(Item item) {
        try {
            if (!begins()) {
                return;
            }
            List<Item> lost = lost(item);
            if (!lost.isEmpty()) { // their copies are or will be here, or with another instance
                lost.forEach(each -> each.delivery().release());
                ended(item, Attempt.SETTLED);
            } else {
                ended(item, attempt.run(item.delivery(), item.event(), item.number()));
            }
        } finally {
            admission.leave();
        }
        closeIfOver();
    }

    /**
     * The message if it is lost, and the lost ones right behind it: at once, so that no copy of those joins one that is here while the copy of
     * this has no place yet.
     */
    private List<Item> lost(Item item) {
        synchronized (lock) {
            List<Item> lost = new ArrayList<>();
            if (item.delivery().lost()) {
                lost.add(item);
                Queue<Item> others = behind.get(item.event().key()); // none, if not in order
                while (others != null
                        && !others.isEmpty()
                        && others.element().delivery().lost()) {
                    lost.add(others.remove());
                    waiting--;
                }
            }
            lost.forEach(each -> held.values().removeIf(each.delivery()::equals));
            return lost;
        }
    }

    private boolean begins() {
        synchronized (lock) {
            if (left()) {
                return false;
            }
            waiting--;
            running++;
            return true;
        }
    }

    /** It goes again after a while, or the next of its key goes; at the end it goes back instead. */
    private void ended(Item item, Attempt.Next next) {
        Item follows = null;
        boolean goesBack;
        synchronized (lock) {
            running--;
            if (left()) {
                return;
            }
            goesBack = ended && next instanceof Attempt.Next.InPlace;
            if (goesBack || next instanceof Attempt.Next.Settled) {
                follows = next(item);
            } else {
                waiting++;
            }
        }
        if (goesBack) {
            item.delivery().release();
        } else if (next instanceof Attempt.Next.InPlace again) {
            waitInPlace(item, again);
        } else if (next instanceof Attempt.Next.Later later) {
            CompletionStage<Void> unused =
                    attempt.sentLater(item.delivery(), later).thenAccept(sent -> sentLater(item, later, sent));
        }
        if (follows != null) {
            enter(follows);
        }
    }

    private void waitInPlace(Item item, Attempt.Next.InPlace again) {
        Item same = new Item(item.delivery(), item.event(), again.number());
        environment.scheduler().after(again.pause(), () -> enter(same));
    }

    /** What the broker does not keep for later waits here. */
    private void sentLater(Item item, Attempt.Next.Later later, boolean sent) {
        boolean here;
        synchronized (lock) {
            here = !sent && !ended;
            waiting -= here ? 0 : 1;
        }
        if (here) {
            waitInPlace(item, new Attempt.Next.InPlace(later.number(), later.pause()));
        } else if (!sent) {
            item.delivery().release();
        }
    }

    /** Under the lock: the next of the same key, if there is one. */
    private @Nullable Item next(Item before) {
        Queue<Item> others = behind.get(before.event().key());
        Item next = others == null ? null : others.poll();
        if (next == null) {
            behind.remove(before.event().key());
        }
        return next;
    }
}
