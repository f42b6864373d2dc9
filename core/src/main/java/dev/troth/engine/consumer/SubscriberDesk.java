package dev.troth.engine.consumer;

import dev.troth.engine.runtime.Admission;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.wire.Payloads;
import dev.troth.spi.EventTransport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One subscriber of this instance: takes messages, or is paused. */
public final class SubscriberDesk {
    private static final Logger log = LoggerFactory.getLogger(SubscriberDesk.class);

    private final Environment environment;
    private final SubscriberSpec spec;
    private final EventTransport transport;
    private final Attempt attempt;
    private final Tally tally = new Tally();
    private final Admission admission;
    private final List<Intake> intakes =
            new CopyOnWriteArrayList<>(); // the current one, and those that have not ended yet

    private final Object lock = new Object(); // guards current
    private @Nullable Intake current;

    /** Creates it, paused. */
    public SubscriberDesk(Environment environment, SubscriberSpec spec, EventTransport transport, Payloads payloads) {
        this.environment = environment;
        this.spec = spec;
        this.transport = transport;
        this.attempt = new Attempt(environment, spec, transport, payloads, tally);
        this.admission = new Admission(
                spec.concurrency(),
                Integer.MAX_VALUE, // bounded by the windows
                environment.scheduler().workers());
    }

    /** More than can run, so that a free handler does not wait for the broker; not many more, so that other instances get some. */
    private int window() {
        return Math.max(4 * spec.concurrency(), 10);
    }

    /** How it was set up. */
    public SubscriberSpec spec() {
        return spec;
    }

    /** Takes messages, from now on or again. */
    public void resume() {
        Intake begins = new Intake(environment, spec, attempt, admission);
        synchronized (lock) {
            if (current != null) {
                return;
            }
            current = begins;
        }
        intakes.removeIf(intake -> intake.working() == 0);
        intakes.add(begins);
        try {
            begins.takes(transport.subscribe(spec.feed(), window(), begins::receive));
        } catch (RuntimeException e) {
            synchronized (lock) {
                if (current == begins) { // it may have been paused and resumed meanwhile
                    current = null;
                }
            }
            throw e;
        }
        log.info("subscriber={} takes messages", spec.name());
    }

    /** Takes no more messages; they wait at the broker, or go to other instances. */
    public void pause() {
        Intake ends;
        synchronized (lock) {
            ends = current;
            current = null;
        }
        if (ends != null) {
            ends.end();
            log.info("subscriber={} takes no more messages", spec.name());
        }
    }

    /** Whether it takes messages. */
    public boolean running() {
        synchronized (lock) {
            return current != null;
        }
    }

    /** How many messages it has that it will settle. */
    public int working() {
        return intakes.stream().mapToInt(Intake::working).sum();
    }

    /** What became of its messages since the start. */
    public Map<String, Long> counts() {
        return tally.counts();
    }
}
