package dev.troth.testkit.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time. Events happen one after the other, in the order of their times and, at the same time, of their making; nothing
 * is ever concurrent, so whatever happens is a pure function of what was scheduled.
 *
 * <p>Tasks may block, in {@link Wait#block()}. So they run on threads, of which exactly one holds the baton: it takes the next
 * event and runs it on its own stack. A task that blocks hands the baton to an idle thread, which goes on with the events, and
 * gets it back when its time has come:
 *
 * <pre>
 *   carrier 1   event  event  event ─ blocks ···············  goes on ─ event  event
 *                                          ╲               ╱
 *   carrier 2   idle ·······················event  event  ·  idle
 * </pre>
 *
 * <p>A task that really blocks, on a lock or a future of its own, would stop everything: it is found out after a while and shown
 * with the stacks of all threads.
 */
final class EventLoop implements AutoCloseable {
    private static final long MOST_EVENTS = 5_000_000;
    private static final long STUCK_AFTER_SECONDS = 30;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Deque<Carrier> idle = new ArrayDeque<>();
    private final List<Carrier> carriers = new ArrayList<>();
    private final List<Event> deferred = new ArrayList<>();
    private final Set<Wait> blocked = new LinkedHashSet<>();
    private final Semaphore ran = new Semaphore(0);
    private final Consumer<Throwable> failures;
    private long now;
    private long until;
    private long made;
    private final AtomicLong happened = new AtomicLong();
    private volatile boolean closed;

    /** {@code failures} hears what tasks throw. */
    EventLoop(Consumer<Throwable> failures) {
        this.failures = failures;
    }

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    /** How many events have happened. */
    long happened() {
        return happened.get();
    }

    /** The lives of the tasks that have waited for longer than this. */
    List<Life> blockedFor(long nanos) {
        return blocked.stream()
                .filter(wait -> now - wait.since() > nanos)
                .map(Wait::life)
                .toList();
    }

    /** Runs a task of this life after a delay, if it is not over by then. */
    Event after(long nanos, Life life, Runnable task) {
        Event event = Event.begins(now + Math.max(0, nanos), made++, life, task);
        events.add(event);
        return event;
    }

    void wake(Wait wait, long nanos, Life life) {
        events.add(Event.wakes(now + Math.max(0, nanos), made++, life, wait));
    }

    /** Ends a life: its blocked tasks unwind, in the order in which they blocked; what it had planned does not happen. */
    void end(Life life) {
        life.end();
        for (Wait wait : List.copyOf(blocked)) {
            if (wait.life() == life) {
                wait.unwind();
            }
        }
    }

    /** A life stands still for so long: what would happen in it happens when that is over, or when it is resumed before. */
    void freeze(Life life, long nanos) {
        life.pause();
        var unused = after(nanos, Life.OF_THE_WORLD, () -> resume(life));
    }

    /** A life goes on. */
    void resume(Life life) {
        life.resume();
        for (Event event : List.copyOf(deferred)) {
            if (event.life() == life) {
                deferred.remove(event);
                event.defer(now);
                events.add(event);
            }
        }
    }

    /** Something to wait for, by the task that runs at this moment. */
    Wait newWait(Life life, boolean interruptible) {
        return new Wait(this, (Carrier) Thread.currentThread(), life, interruptible);
    }

    /** Lets the task that runs at this moment wait; an interruption waits too. */
    void pause(Life life, long nanos) {
        Wait wait = newWait(life, false);
        wait.wakeAfter(nanos);
        try {
            wait.block();
        } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void block(Wait wait) {
        Carrier me = wait.carrier();
        blocked.add(wait);
        me.waitsFor(wait);
        idleOrNew().takeBaton();
        me.awaitBaton();
        me.waitsFor(null);
        blocked.remove(wait);
    }

    /** Lets everything happen until then. Called by a thread that is none of the loop's. */
    void runUntil(long nanos) {
        until = nanos;
        idleOrNew().takeBaton();
        long seen = -1;
        try {
            while (!ran.tryAcquire(STUCK_AFTER_SECONDS, TimeUnit.SECONDS)) {
                if (seen == happened.get()) {
                    throw new IllegalStateException(
                            "A task blocks outside virtual time, so nothing can happen any more:\n" + stacks());
                }
                seen = happened.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a history ran", e);
        }
    }

    private String stacks() {
        StringBuilder text = new StringBuilder();
        for (Carrier carrier : carriers) {
            text.append(carrier).append(' ').append(carrier.getState()).append('\n');
            for (StackTraceElement frame : carrier.getStackTrace()) {
                text.append("    ").append(frame).append('\n');
            }
        }
        return text.toString();
    }

    /** Unwinds every task and ends every thread. */
    @Override
    public void close() {
        events.clear();
        for (Wait wait : List.copyOf(blocked)) {
            wait.life().end();
            wait.unwind();
        }
        runUntil(now + 1);
        closed = true;
        idle.forEach(Carrier::takeBaton);
    }

    private Carrier idleOrNew() {
        Carrier next = idle.poll();
        if (next == null) {
            next = new Carrier(this, carriers.size() + 1);
            carriers.add(next);
            next.start();
        }
        return next;
    }

    /** Runs events on the stack of this thread, which holds the baton. */
    void carry(Carrier me) {
        while (!closed) {
            Event event = next();
            Wait wait = event == null ? null : event.waking();
            if (event == null) {
                idle.push(me);
                ran.release();
                me.awaitBaton();
            } else if (wait != null) {
                wait.nowWoken();
                idle.push(me);
                wait.carrier().takeBaton();
                me.awaitBaton();
            } else {
                run(event);
            }
        }
    }

    private void run(Event event) {
        Runnable task = event.task();
        if (task == null) {
            throw new IllegalStateException("An event begins a task or wakes one");
        }
        try {
            task.run();
        } catch (Life.Ended ended) {
            // nothing to do: that is how the threads of a killed process end
        } catch (Throwable failure) {
            failures.accept(failure);
        }
        boolean unused = ((Carrier) Thread.currentThread()).takeInterruption();
    }

    private @Nullable Event next() {
        if (happened.get() > MOST_EVENTS) {
            failures.accept(new IllegalStateException("More than " + MOST_EVENTS + " events: this never ends"));
            events.clear();
        }
        for (Event event = events.peek(); event != null && event.time() <= until; event = events.peek()) {
            events.remove();
            if (event.isDue() && event.life().isPaused()) {
                deferred.add(event);
            } else if (event.isDue()) {
                now = Math.max(now, event.time());
                happened.incrementAndGet();
                return event;
            }
        }
        now = Math.max(now, until);
        return null;
    }
}
