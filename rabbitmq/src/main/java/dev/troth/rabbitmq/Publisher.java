package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BlockedCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.UnblockedCallback;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.TransportException;
import dev.troth.spi.TransportFullException;
import dev.troth.spi.UnfitMessageException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what is in the ledger, from one thread, over one connection after another. Confirms come back on the client
 * library's reader; futures complete on worker threads. A channel that was opened while a quorum queue changed its leader nacks everything
 * until it is opened anew: so after a nack the protocol's publisher ends the session, as a lost connection does. That of events, whose
 * queues nack when they are full, says that the message was refused, and renews the channel.
 */
final class Publisher {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final long OVERDUE_MILLIS = 100;
    private static final long JOIN_MILLIS = 5_000;
    private static final Duration LONGEST = Duration.ofDays(30);

    private final RabbitOptions options;
    private final Topology topology;
    private final Threads threads;
    private final Dialer dialer;
    private final Ledger ledger;
    private final DelayClerk delays;
    private final Backoff backoff = new Backoff();
    private final boolean events;
    private final Complaint complaint = new Complaint(LOG);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile int current;
    private volatile boolean confirmed;

    /** For events, or for the protocol. */
    Publisher(boolean events, RabbitOptions options, Topology topology, Threads threads) {
        this.events = events;
        this.options = options;
        this.topology = topology;
        this.threads = threads;
        this.dialer = new Dialer(options, events ? "publish events" : "publish", threads);
        this.ledger = new Ledger(options);
        this.delays = new DelayClerk(options, topology, threads, ledger, this::fail);
    }

    /** One connection's life: a channel for each lane, opened when the lane has something to send. */
    private record Session(Connection connection, Map<Lane, Channel> channels, int number) {}

    /** Starts the thread, with a first session or without. */
    private void start(@Nullable Session first) {
        thread = threads.start(events ? "events" : "publisher", () -> run(first));
        if (events) {
            delays.start();
        }
        threads.every(OVERDUE_MILLIS, this::giveUpOverdue);
    }

    /** Starts without waiting for anything. */
    void startSoon() {
        start(null);
    }

    /** Starts. Unless the options allow otherwise, waits for the first connection and throws when there is none. */
    void start() throws InterruptedException {
        if (options.startsWithoutBroker()) {
            start(null);
            return;
        }
        long end = System.nanoTime() + options.startTimeout().toNanos();
        while (true) {
            try {
                start(open());
                return;
            } catch (DialException e) {
                if (e.refused() || System.nanoTime() - end >= 0) {
                    throw new TransportException(
                            e.getMessage() + ". Nothing was started, and it is not tried again"
                                    + (e.refused()
                                            ? "."
                                            : " after " + options.startTimeout().toMillis() + " ms.")
                                    + " RabbitOptions.startWithoutBroker() lets a service start without its broker.",
                            e);
                }
            } catch (IOException | AlreadyClosedException e) {
                TransportException refusal = topology.explain("Declaring exchange and dead-letter queue", e);
                if (refusal != null) {
                    throw refusal;
                }
                if (System.nanoTime() - end >= 0) {
                    throw new TransportException("RabbitMQ at " + options.broker() + " fails: " + e.getMessage(), e);
                }
            }
            if (closing.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    /** Gives a parcel to the publisher; its future completes in any case. */
    CompletableFuture<Sent> post(Parcel parcel) {
        switch (ledger.add(parcel)) {
            case YES -> {}
            case FULL ->
                parcel.sent()
                        .completeExceptionally(new TransportFullException(
                                "Cannot send " + parcel + ": " + options.maxPendingMessages() + " messages or "
                                        + options.maxPendingBytes() + " bytes wait for RabbitMQ at " + options.broker()
                                        + " already. This one was not taken; those are sent when the broker takes them."
                                        + " Send less, or raise RabbitOptions.maxPending."));
            case CLOSED -> parcel.sent().completeExceptionally(closed(parcel));
        }
        return parcel.sent();
    }

    private static TransportException closed(Parcel parcel) {
        return new TransportException(
                "Cannot send " + parcel + ": the transport was closed. It may have been sent or not.", null);
    }

    boolean flowing() {
        return ledger.flowing();
    }

    /** Ends the session, so that the next one declares everything anew. */
    void restart() {
        ledger.end(current);
    }

    private void run(@Nullable Session first) {
        Session session = first;
        while (closing.getCount() > 0) {
            try {
                live(session);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            } catch (DialException | IOException | RuntimeException | Error e) {
                if (closing.getCount() > 0) {
                    complaint.about("publishing", options.broker(), e);
                }
            }
            session = null;
            if (confirmed) {
                confirmed = false;
                backoff.reset();
            }
            if (pause()) {
                return;
            }
        }
    }

    /** A session to its end: the one that is open already, or one more. */
    private void live(@Nullable Session opened) throws DialException, IOException, InterruptedException {
        Session session = opened == null ? open() : opened;
        try {
            pump(session);
        } finally {
            ledger.end(session.number());
            dialer.close(session.connection());
        }
    }

    /** Returns whether the publisher closes. */
    private boolean pause() {
        try {
            return closing.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private Session open() throws DialException, IOException {
        Connection connection = dialer.dial();
        try {
            Channel declaring = channel(connection);
            topology.declareShared(declaring);
            if (events) {
                topology.declareEvents(declaring);
            }
            declaring.abort();
            delays.use(connection);
            int number = ledger.begin();
            current = number;
            listen(connection, number);
            LOG.info("publishing broker=\"{}\" prefix={}", options.broker(), options.prefix());
            complaint.settled();
            return new Session(connection, new HashMap<>(), number);
        } catch (IOException | RuntimeException | Error e) {
            dialer.close(connection);
            throw e;
        }
    }

    private static Channel channel(Connection connection) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no channel");
        }
        return channel;
    }

    private void listen(Connection connection, int number) {
        BlockedCallback blocked = reason -> {
            LOG.warn(
                    "code=TROTH-0702 publishing blocked broker=\"{}\" reason=\"{}\": sends wait",
                    options.broker(),
                    reason);
            ledger.blocked(number, true);
        };
        UnblockedCallback unblocked = () -> {
            LOG.info("publishing unblocked broker=\"{}\"", options.broker());
            ledger.blocked(number, false);
        };
        connection.addBlockedListener(blocked, unblocked);
        connection.addShutdownListener(cause -> lost(number, cause));
    }

    private void lost(int number, ShutdownSignalException cause) {
        if (!cause.isInitiatedByApplication() && ledger.end(number)) {
            LOG.warn(
                    "code=TROTH-0701 publishing lost broker=\"{}\" cause=\"{}\": the connection is made again",
                    options.broker(),
                    Complaint.cause(cause));
        }
    }

    /** A lane's own channel: one that is held up by its queue must not hold up the others. */
    private Channel channel(Session session, Lane lane, boolean renewed) throws IOException {
        Channel known = session.channels().get(lane);
        if (known != null && !renewed) {
            return known;
        }
        if (known != null) {
            threads.abort(known);
        }
        Channel fresh = channel(session.connection());
        int number = session.number();
        fresh.confirmSelect();
        fresh.addReturnListener(returned -> {
            if (returned.getProperties().getHeaders() != null
                    && returned.getProperties().getHeaders().get(Wire.SEND_HEADER) instanceof Long publish) {
                ledger.returned(number, lane, publish);
            }
        });
        ConfirmCallback ack = (publish, upTo) -> {
            confirmed = true;
            settle(ledger.confirmed(number, lane, publish, upTo));
        };
        ConfirmCallback nack = (publish, upTo) -> {
            if (events) {
                settle(ledger.refused(number, lane, publish, upTo));
            } else if (ledger.end(number)) {
                LOG.warn(
                        "code=TROTH-0703 publish refused (nack) broker=\"{}\": the connection is made again",
                        options.broker());
            }
        };
        fresh.addConfirmListener(ack, nack);
        fresh.addShutdownListener(cause -> lost(number, cause));
        session.channels().put(lane, fresh);
        return fresh;
    }

    private void pump(Session session) throws IOException, InterruptedException {
        Ledger.Numbered next = ledger.take(session.number());
        while (next != null) {
            Channel channel = channel(session, next.lane(), next.first());
            List<Parcel> parcels = next.parcels();
            Route route = parcels.get(0).route();
            long now = System.nanoTime();
            try {
                if (parcels.size() == 1) {
                    Parcel alone = parcels.get(0);
                    publish(channel, route, alone.properties(next.number(), now), alone.body());
                } else {
                    publish(channel, route, Batch.properties(parcels, next.number(), now), Batch.write(parcels, now));
                }
            } catch (IllegalArgumentException unfit) { // the library refuses it, and its count of publishes is off now
                ledger.drop(next);
                threads.complete(() -> parcels.forEach(parcel -> parcel.sent()
                        .completeExceptionally(new UnfitMessageException("Cannot send " + parcel, unfit))));
                throw unfit;
            }
            next = ledger.take(session.number());
        }
    }

    private static void publish(Channel channel, Route route, AMQP.BasicProperties properties, byte[] body)
            throws IOException {
        channel.basicPublish(route.exchange(), route.routingKey(), true, properties, body);
    }

    private void settle(List<Ledger.Settled> settled) {
        if (!settled.isEmpty()) {
            threads.complete(() -> settled.forEach(each -> each.parcel().sent().complete(each.sent())));
        }
    }

    private void giveUpOverdue() {
        List<Parcel> overdue = ledger.overdue(System.nanoTime());
        if (!overdue.isEmpty()) {
            threads.complete(() -> overdue.forEach(parcel -> parcel.sent()
                    .completeExceptionally(new TransportException(
                            "RabbitMQ at " + options.broker() + " has not confirmed " + parcel
                                    + " in time. It may have arrived or not; it is not sent again.",
                            null))));
        }
    }

    private void fail(List<Parcel> parcels, TransportException why) {
        threads.complete(() -> parcels.forEach(parcel -> parcel.sent().completeExceptionally(why)));
    }

    /** Fails what is not sent and ends the thread; takes a few seconds at most, whatever the broker does. */
    void close() throws InterruptedException {
        closing.countDown();
        boolean flowing = ledger.flowing();
        List<Parcel> left = ledger.close();
        threads.complete(() -> left.forEach(parcel -> parcel.sent().completeExceptionally(closed(parcel))));
        Thread running = thread;
        if (running != null && running != Thread.currentThread()) {
            running.join(flowing ? JOIN_MILLIS / 2 : 100);
            if (running.isAlive()) {
                dialer.hangUp();
                running.join(JOIN_MILLIS / 2);
            }
        }
        delays.join();
    }

    /** How long a parcel may stay here. */
    Duration patience(Duration timeToLive) {
        if (timeToLive.isZero()) {
            return options.sendTimeout();
        }
        return timeToLive.compareTo(LONGEST) < 0 ? timeToLive : LONGEST;
    }
}
