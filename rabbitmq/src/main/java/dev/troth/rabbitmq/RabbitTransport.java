package dev.troth.rabbitmq;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.Offer;
import dev.troth.spi.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Carries envelopes over RabbitMQ 3.10 to 4.3.
 *
 * <pre>{@code
 * Transport transport = RabbitTransport.connect("amqps://blog:secret@broker.example:5671/shop");
 * }</pre>
 *
 * <p><b>Sending.</b> Every message is mandatory and confirmed. {@link Sent#ACCEPTED}: the broker has it (a persistent one on
 * disk). {@link Sent#UNROUTABLE}: no queue is bound for the address. A message that the broker refuses, or whose fate is not
 * known because the connection broke, is published again, so it may arrive twice, until its time to live has passed
 * ({@link RabbitOptions#sendTimeout} for those without); then its stage fails. What waits is bounded: beyond the bound a send
 * fails at once, and never blocks.
 *
 * <p><b>Listening.</b> Deliveries come on worker threads of the transport, those of one subscription one after another. A lost
 * connection, a cancelled consumer, a closed channel or a deleted queue is mended by itself, for as long as the transport is
 * open; unsettled deliveries come again then, and settling the old ones does nothing. What cannot be an envelope goes to the queue
 * {@code troth.dead-letters}, confirmed, before it is acknowledged; {@code troth-reason} says why.
 *
 * <p>Safe for use by several threads.
 */
public final class RabbitTransport implements EventTransport {
    private static final long CLOSE_MILLIS = 2_500;
    private static final long SWEEP_MILLIS = 1_000;

    private final RabbitOptions options;
    private final Posting posting;
    private final Outgoing eventsOutgoing;
    private final Threads threads = new Threads();
    private final Topology topology;
    private final Publisher publisher;
    private final Publisher events;
    private final AtomicBoolean sendsEvents = new AtomicBoolean();
    private final Shared shared;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    private RabbitTransport(RabbitOptions options) {
        this.options = options;
        Wire wire = new Wire(options);
        this.topology = new Topology(options);
        this.publisher = new Publisher(false, options, topology, threads);
        this.events = new Publisher(true, options, topology, threads);
        this.eventsOutgoing = new Outgoing(events, wire);
        this.shared = new Shared(
                options,
                topology,
                threads,
                wire,
                new Outgoing(publisher, wire),
                new DeadLetters(publisher, topology.deadLetters(), threads),
                new Attendances());
        this.posting = posting(shared.outgoing());
        threads.every(SWEEP_MILLIS, () -> shared.attendances().sweep(System.nanoTime()));
    }

    private Posting posting(Outgoing outgoing) {
        Posting direct = Posting.direct(outgoing, topology);
        if (options.queues() == QueueLayout.perKind()) {
            return new KindPosting(direct, outgoing, topology);
        }
        return options.queues() == QueueLayout.perTransaction()
                ? new TransactionPosting(direct, outgoing, topology, threads, new Clerk(options, topology, threads))
                : direct;
    }

    /**
     * Connects with default options.
     *
     * @param uri {@code amqp://user:password@host:port/virtual-host}, see {@link RabbitOptions#uri}
     * @throws TransportException as {@link #connect(RabbitOptions)}
     */
    public static RabbitTransport connect(String uri) {
        return connect(RabbitOptions.uri(uri));
    }

    /**
     * Connects, and declares the exchange and the dead-letter queue.
     *
     * @throws TransportException if the broker refuses (password, virtual host, rights, TLS, other settings), or cannot be reached
     *     within {@link RabbitOptions#startTimeout}; nothing is left running then
     */
    public static RabbitTransport connect(RabbitOptions options) {
        RabbitTransport transport = new RabbitTransport(options);
        try {
            transport.publisher.start();
            return transport;
        } catch (InterruptedException e) {
            transport.close();
            Thread.currentThread().interrupt();
            throw new TransportException("Interrupted while connecting to RabbitMQ at " + options.broker(), e);
        } catch (RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    @Override
    public Subscription listen(Address address, int window, Receiver receiver) {
        return listen(Place.of(address), window, receiver);
    }

    @Override
    public Subscription offer(Offer offer, Receiver receiver) {
        if (options.queues() != QueueLayout.perKind()) {
            return listen(offer.participant(), offer.window(), receiver);
        }
        int share = Math.max(1, offer.concurrency() / Math.max(1, offer.kinds().size()));
        List<Subscription> all = new ArrayList<>();
        Subscription together = () -> all.forEach(Subscription::close);
        try {
            for (String kind : offer.kinds()) {
                all.add(listen(Place.of(offer.participant(), kind), share, receiver));
            }
            all.add(listen(offer.participant(), offer.window(), receiver));
            return together;
        } catch (RuntimeException e) {
            together.close();
            throw e;
        }
    }

    @Override
    public Subscription subscribe(Feed feed, int window, Receiver receiver) {
        return listen(Place.of(feed), window, receiver);
    }

    private Subscription listen(Place place, int window, Receiver receiver) {
        if (window < 1) {
            throw new IllegalArgumentException("A window has room for at least 1 delivery: " + window);
        }
        Line line = new Line(shared, place, window, receiver, lines::remove);
        lines.add(line);
        if (closed.get()) {
            line.close();
        }
        return line.start();
    }

    @Override
    public CompletionStage<Sent> send(Address to, Envelope envelope) {
        if (to instanceof Address.Topic || to instanceof Address.Subscriber) {
            return event(topology.route(to), envelope);
        }
        shared.attendances().sending(envelope);
        return posting.send(to, envelope);
    }

    @Override
    public CompletionStage<Sent> sendLater(Address.Subscriber to, Envelope envelope, Duration delay) {
        return event(delay.isZero() || delay.isNegative() ? topology.route(to) : topology.delayed(to, delay), envelope);
    }

    /** On a connection and thread of their own, when there are any: they may be many, and are held up when a queue is full. */
    private CompletionStage<Sent> event(Route route, Envelope envelope) {
        if (sendsEvents.compareAndSet(false, true)) {
            events.startSoon();
        }
        return eventsOutgoing.send(route, envelope);
    }

    @Override
    public boolean sendsEvents() {
        return sendsEvents.get() && events.flowing();
    }

    /** Whether a connection for sending is open and not blocked by the broker, and every listener listens. */
    @Override
    public boolean connected() {
        return publisher.flowing()
                && (!sendsEvents.get() || events.flowing())
                && lines.stream().allMatch(line -> line.flowing() || line.closed());
    }

    /** Ends within a few seconds whatever state the broker is in, and on an interrupted thread, which stays interrupted. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Closing.all(this::closeLines, posting::close, publisher::close, events::close, threads::close);
    }

    private void closeLines() throws InterruptedException {
        List<Line> open = List.copyOf(lines);
        open.forEach(Line::close);
        List<Line> stuck = joined(open);
        stuck.forEach(Line::hangUp);
        joined(stuck);
    }

    /** Waits for all together; returns those that have not ended. */
    private static List<Line> joined(List<Line> ending) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
        List<Line> alive = new ArrayList<>();
        for (Line line : ending) {
            if (!line.join(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()))) {
                alive.add(line);
            }
        }
        return alive;
    }

    @Override
    public String toString() {
        return options.toString();
    }
}
