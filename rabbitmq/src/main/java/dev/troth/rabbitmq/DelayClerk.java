package dev.troth.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.troth.spi.TransportException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Declares what delays when it is used for the first time in a session, from a thread of its own, over the publisher's connection. A
 * delay that the broker refuses, or does not answer for, fails the parcels that wait for it, and nothing else.
 */
final class DelayClerk {
    private static final Logger LOG = LoggerFactory.getLogger(DelayClerk.class);
    private static final long JOIN_MILLIS = 2_500;

    private final RabbitOptions options;
    private final Topology topology;
    private final Threads threads;
    private final Ledger ledger;
    private final BiConsumer<List<Parcel>, TransportException> failing;
    private final Complaint complaint = new Complaint(LOG);
    private volatile @Nullable Connection connection;
    private volatile @Nullable Thread thread;

    /**
     * A clerk who has not started.
     *
     * @param failing is given what cannot be sent, and why
     */
    DelayClerk(
            RabbitOptions options,
            Topology topology,
            Threads threads,
            Ledger ledger,
            BiConsumer<List<Parcel>, TransportException> failing) {
        this.options = options;
        this.topology = topology;
        this.threads = threads;
        this.ledger = ledger;
        this.failing = failing;
    }

    void start() {
        thread = threads.start("delays", this::run);
    }

    /** The connection of the session that is about to begin. */
    void use(Connection fresh) {
        connection = fresh;
    }

    private void run() {
        try {
            Ledger.Lacking next = ledger.lacking();
            while (next != null) {
                perform(next);
                next = ledger.lacking();
            }
        } catch (InterruptedException stopped) {
            LOG.debug("no more delays are declared: the transport closes");
        }
    }

    private void perform(Ledger.Lacking lacking) {
        Route route = lacking.route();
        try {
            declare(route);
            ledger.declared(lacking);
            complaint.settled();
        } catch (IOException | RuntimeException | Error e) {
            List<Parcel> failed = ledger.undeclarable(lacking);
            if (!failed.isEmpty()) { // otherwise the session is over or blocked, and they wait for better times
                complaint.about("declaring " + route.exchange(), options.broker(), e);
                failing.accept(failed, explain(route, e));
            }
        }
    }

    private TransportException explain(Route route, Throwable failure) {
        String doing = "Declaring " + route.exchange();
        String leaves = "Nothing was sent; the next that needs it tries again.";
        TransportException refusal = topology.explain(doing, failure, leaves);
        return refusal != null
                ? refusal
                : new TransportException(
                        doing + " at RabbitMQ " + options.broker() + " failed: " + Complaint.cause(failure) + ". "
                                + leaves,
                        failure);
    }

    private void declare(Route route) throws IOException {
        Channel declaring =
                Objects.requireNonNull(connection, "a session has begun").createChannel();
        if (declaring == null) {
            throw new IOException("the broker allows no channel");
        }
        try {
            topology.declareDelay(declaring, route);
        } finally {
            threads.abort(declaring);
        }
    }

    /** Waits until the thread has ended: as soon as the ledger and the connection are closed. */
    void join() throws InterruptedException {
        Thread running = thread;
        if (running != null && running != Thread.currentThread()) {
            running.join(JOIN_MILLIS);
        }
    }
}
