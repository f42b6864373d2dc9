package dev.troth.engine.relay;

import dev.troth.engine.runtime.Environment;
import dev.troth.spi.EventTransport;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.OutboxStore.Waiting;
import dev.troth.spi.Scheduler;
import dev.troth.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits on its lanes of the outbox, batch after batch, until nothing waits; then it sleeps until it is woken, or for a second.
 *
 * <pre>
 *   wake, or a second has passed ──▶ lease lanes ──▶ next batch ──▶ send, confirms awaited ──▶ delete ──┐
 *                                       ▲                                                             │
 *                                       └──── until nothing waits, then the lanes are given back ◀────┘
 * </pre>
 *
 * A crash between confirm and delete sends a batch again; so does a lease that ends while its owner is paused. Either is a repetition
 * of messages from the first unsent one on, so whoever drops duplicates sees every key in its order.
 */
final class Relay {
    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    static final int BATCH = 500;
    static final Duration LEASE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** Somebody else has our lanes: for a batch, or until its lease ends because it is gone. */
    private static final Duration LANES_TAKEN = Duration.ofMillis(50);

    private enum State {
        ASLEEP,
        AWAKE,
        WOKEN_AGAIN
    }

    private final Environment environment;
    private final OutboxStore store;
    private final Batches batches;
    private final String id;
    private final Set<Integer> lanes;
    private final AtomicReference<State> state = new AtomicReference<>(State.ASLEEP);
    private final AtomicReference<Scheduler.@Nullable Timer> alarm = new AtomicReference<>();
    private volatile boolean stopping;
    private volatile boolean told;
    private int failures; // below: of whoever is awake
    private Set<Integer> leased = Set.of();
    private Instant leasedAt = Instant.MIN;

    /**
     * A relay.
     *
     * @param id its identity among all that share the outbox
     * @param lanes which lanes it serves
     */
    Relay(Environment environment, OutboxStore store, EventTransport transport, String id, Set<Integer> lanes) {
        this.environment = environment;
        this.store = store;
        this.batches = new Batches(environment, store, transport, this::renew);
        this.id = id;
        this.lanes = lanes;
    }

    /** There is something to send. Never blocks. */
    void tell() {
        told = true;
        wake();
    }

    /** There is something to send, perhaps. */
    private void wake() {
        if (!stopping && state.getAndUpdate(s -> s == State.ASLEEP ? State.AWAKE : State.WOKEN_AGAIN) == State.ASLEEP) {
            try {
                environment.scheduler().workers().execute(this::run);
            } catch (RejectedExecutionException stopped) {
                log.debug("relay={} not woken: the threads are gone", id);
            } catch (Error e) { // no thread to be had: later, perhaps
                state.set(State.ASLEEP);
                alarm(environment.scheduler().after(POLL, this::wake));
                throw e;
            }
        }
    }

    /** Sends nothing new; what is being sent is settled by then, or is sent again by another instance. */
    void stop() {
        stopping = true;
        alarm(null);
    }

    /** Whether it sends at this moment. */
    boolean awake() {
        return state.get() != State.ASLEEP;
    }

    private void run() {
        Duration sleep;
        do {
            state.set(State.AWAKE);
            sleep = serve();
        } while (!state.compareAndSet(State.AWAKE, State.ASLEEP));
        if (!stopping) {
            alarm(environment.scheduler().after(sleep, this::wake));
        }
    }

    private void alarm(Scheduler.@Nullable Timer next) {
        Scheduler.Timer before = alarm.getAndSet(next);
        if (before != null) {
            before.cancel();
        }
    }

    /** Returns after which time it is worth while to look again. */
    private Duration serve() {
        try {
            Duration sleep = sendAll();
            failures = 0;
            return sleep;
        } catch (StoreException e) {
            failures++;
            if (failures == 1) {
                log.warn("code=TROTH-0802 relay={} The outbox does not answer; it is tried again", id, e);
            }
            return environment.pause(failures);
        } catch (RuntimeException | Error e) { // whatever it is, it must go on
            failures++;
            log.error("code=TROTH-0802 relay={} The relay failed; it goes on", id, e);
            return environment.pause(failures);
        }
    }

    private Duration sendAll() {
        if (!told && !store.waiting()) {
            return POLL;
        }
        told = false;
        try {
            while (!stopping) {
                lease(false);
                List<Waiting> batch = leased.isEmpty() ? List.of() : store.next(leased, BATCH);
                if (batch.isEmpty()) {
                    return leased.containsAll(lanes) || !store.waiting() ? POLL : LANES_TAKEN;
                }
                if (!batches.send(batch)) {
                    return environment.pause(1);
                }
            }
            return POLL;
        } finally {
            giveBack();
        }
    }

    private void lease(boolean now) {
        Instant time = environment.scheduler().now();
        if (now || time.isAfter(leasedAt.plus(LEASE.dividedBy(3)))) {
            leased = store.lease(id, lanes, LEASE);
            leasedAt = time;
        }
    }

    /** Returns false if somebody else has got one of the lanes, or it is to stop. While the database does not tell, they are taken for ours. */
    private boolean renew() {
        if (stopping) {
            return false;
        }
        Set<Integer> before = leased;
        try {
            lease(true);
            return leased.containsAll(before);
        } catch (StoreException e) {
            log.debug("relay={} lease not renewed", id, e);
            return true;
        }
    }

    private void giveBack() {
        leasedAt = Instant.MIN;
        if (!leased.isEmpty()) {
            leased = Set.of();
            try {
                store.release(id);
            } catch (StoreException e) {
                log.debug("relay={} lanes not given back, the lease ends by itself", id, e);
            }
        }
    }
}
