package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Feed;
import dev.troth.spi.Transport.Receiver;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.Transport.Subscription;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Somebody who listens at an address, through one {@link Flow} after another. Opened and reopened by its {@link Line}. */
final class Listening implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
    private static final int MAX_PREFETCH = 65_535;
    private static final int ACKS_OF_WINDOW = 4;
    private static final int MAX_RELEASE_DELAY_MILLIS = 1_000;

    private final Line line;
    private final Place place;
    private final Address address;
    private final int window;
    private final Receiver receiver;
    private final Attendant attendant;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile @Nullable Flow flow;
    private volatile boolean closed;

    Listening(Line line, Place place, int window, Receiver receiver) {
        this.line = line;
        this.place = place;
        this.address = place.address();
        this.window = window;
        this.receiver = receiver;
        this.attendant = new Attendant(line, this);
    }

    Address address() {
        return address;
    }

    Place place() {
        return place;
    }

    /** Completes when it listens for the first time, or the broker refuses that. */
    CompletableFuture<Void> started() {
        return started;
    }

    @Nullable
    Flow flow() {
        return flow;
    }

    /** Whether its user has closed it; it may still flow until everything is settled. */
    boolean closed() {
        return closed;
    }

    boolean flowing() {
        Flow current = flow;
        return current != null && current.alive();
    }

    // ---------------------------------------------------------------- on the line's thread

    /** Begins a new flow on the connection, if careful with a window of one. */
    void open(Connection connection, Topology topology, boolean careful) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Channel channel = connection.createChannel();
            if (channel == null) {
                throw new IOException("the broker allows no further channel on this connection");
            }
            try {
                Flow fresh = new Flow(this, channel);
                String queue = topology.declare(channel, place, attempt);
                int prefetch = careful ? 1 : Math.min(window, MAX_PREFETCH);
                channel.basicQos(prefetch, false);
                flow = fresh; // before deliveries can come
                channel.basicConsume(queue, false, Flow.TAG, fresh);
                LOG.info("listening queue={} window={}", queue, prefetch);
                started.complete(null);
                return;
            } catch (IOException | RuntimeException | Error e) {
                flow = null;
                if (Topology.code(e) != AMQP.RESOURCE_LOCKED || attempt == 10) {
                    line.shared().threads().abort(channel);
                    throw e;
                }
            }
        }
    }

    /** Closes the channel of a lost flow: what it had not settled is delivered again. */
    void abandon(Flow lost) {
        if (flow == lost) {
            flow = null;
        }
        line.shared().threads().abort(lost.getChannel());
    }

    /** The connection is about to be closed. */
    void flush() {
        Flow current = flow;
        if (current != null) {
            current.flush();
        }
    }

    // ---------------------------------------------------------------- on worker threads

    void lost(Flow which, String cause) {
        if (which != flow || line.closed()) {
            return;
        }
        if (!closed) {
            LOG.warn(
                    "code=TROTH-0701 listening interrupted address={} cause=\"{}\": it is opened again",
                    address,
                    cause);
        }
        line.lost(which);
    }

    /** Hands out what a flow takes. */
    Gate gate() {
        return new Gate(window, this::arrived, line.shared().threads().workers());
    }

    /** Subscribers keep what they have applied in mind for long; what is delivered to them twice is work. */
    Acks acks(Channel channel) {
        return new Acks(
                channel,
                takesBatches() ? Math.max(1, window / ACKS_OF_WINDOW) : 1,
                line.shared().threads());
    }

    /** Whether several messages may come as one: those of the commit protocol. */
    boolean takesBatches() {
        return place.feed().isEmpty();
    }

    /** Sends a part of a batch to where it came from. */
    CompletionStage<Sent> sendAgain(RabbitDelivery batch, Batch.Part part) {
        return line.shared().outgoing().sendAgain(Route.direct(batch.exchange(), batch.routingKey()), part);
    }

    /** Something came that cannot be read. */
    void unfit(Received delivery, Wire.Unfit unfit) {
        if (!line.closed() && delivery.claim()) {
            line.shared().deadLetters().keep(delivery, String.valueOf(unfit.getMessage()));
        }
    }

    /** Something came through the queue of the address. */
    void arrived(Received delivery) {
        Envelope envelope = read(delivery);
        if (envelope == null) {
            return;
        }
        if (envelope.type().equals(BranchQueues.NOTICE) && address instanceof Address.Participant) {
            BranchQueues.of(envelope)
                    .ifPresentOrElse(
                            queues -> attendant.notified(delivery, queues),
                            () -> delivery.deadLetter("it tells of the queues of no branch"));
        } else {
            line.shared().attendances().received(envelope);
            hand(delivery, envelope);
        }
    }

    /** Something came through a queue of a branch. */
    void received(Received delivery) {
        Envelope envelope = read(delivery);
        if (envelope != null) {
            hand(delivery, envelope);
        }
    }

    /** Null if it is not to be handed out. */
    private @Nullable Envelope read(Received delivery) {
        if (line.closed()) {
            return null; // the broker delivers it again, to somebody else
        }
        try {
            Envelope envelope = line.shared().wire().read(delivery.wire().properties(), delivery.body());
            if (delivery.earlierDeliveries() >= line.shared().options().maxDeliveries()) {
                throw new Wire.Unfit(
                        "it was delivered " + delivery.earlierDeliveries() + " times and not acknowledged");
            }
            delivery.understood(envelope, this);
            return envelope;
        } catch (Wire.Unfit unfit) {
            unfit(delivery, unfit);
            return null;
        }
    }

    private void hand(Received delivery, Envelope envelope) {
        try {
            receiver.receive(delivery);
        } catch (Throwable failure) { // whatever it is, the others have to come through
            LOG.error(
                    "code=TROTH-0706 receiver failed address={} message=\"{}\" redelivered={}: it threw instead of settling",
                    address,
                    envelope,
                    delivery.redelivered(),
                    failure);
            if (delivery.redelivered()) {
                delivery.deadLetter("its receiver threw " + failure.getClass().getName());
            } else {
                delivery.release();
            }
        }
    }

    // ---------------------------------------------------------------- on any thread

    /** Gives it back: the first time at once, then later and later, so that a message nobody wants makes no storm. */
    void release(Received delivery) {
        Runnable giveBack = () -> delivery.settling().nack(delivery.tag());
        if (!delivery.redelivered()) {
            giveBack.run();
            return;
        }
        long doublings = Math.min(delivery.earlierDeliveries(), 7);
        long millis = Math.min(10L << doublings, MAX_RELEASE_DELAY_MILLIS);
        if (!line.shared().threads().later(giveBack, millis)) {
            LOG.debug("release while closing: the broker delivers it again");
        }
    }

    void setAside(Received delivery, String reason) {
        line.shared().deadLetters().keep(delivery, reason);
    }

    /** A flow takes nothing more; neither does what it has led to, if that is for good. */
    void stopped() {
        if (closed) {
            attendant.stop();
        }
    }

    /** Nothing of a stopped flow is unsettled any more. */
    void drained(Flow stopped) {
        if (closed) {
            line.close();
        } else {
            line.shared().threads().abort(stopped.getChannel());
        }
    }

    /**
     * Takes nothing more; the line ends when everything is settled. Not so in order: the broker gives what follows to the next consumer as soon
     * as this one is cancelled, and it must not come before what is unsettled here.
     */
    @Override
    public void close() {
        closed = true;
        Flow current = flow;
        if (current == null || place.feed().filter(Feed::inOrder).isPresent()) {
            line.close();
        } else {
            current.stop();
        }
    }
}
