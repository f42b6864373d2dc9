package dev.troth.spi;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import java.util.concurrent.CompletionStage;

/**
 * Carries envelopes to addresses. Transient envelopes may be lost, repeated, delayed and reordered: the protocol stands all
 * of it. A persistent one whose send completed with {@link Sent#ACCEPTED} is not lost. All methods are safe for use by several
 * threads; {@code TransportContract} in troth-testkit says the rest.
 */
public interface Transport extends AutoCloseable {

    /** What became of a send. */
    enum Sent {
        /** The transport has it. */
        ACCEPTED,
        /** Nobody is at that address; the message was not kept. */
        UNROUTABLE,
        /** Nobody is at that address now; but the message was sent more than once, and an earlier copy may have been taken. */
        GONE,
        /** The transport does not take it now: a queue is full, for example. Of several queues others may have taken it. */
        REFUSED
    }

    /** Takes deliveries, on a thread of the transport: it must not block. */
    @FunctionalInterface
    interface Receiver {
        /** Takes one delivery and settles it now or later, from any thread. */
        void receive(Delivery delivery);
    }

    /** A consumer that runs. */
    interface Subscription extends AutoCloseable {
        /**
         * Takes no new deliveries. Those already handed out can still be settled; those not settled come again to somebody
         * else when the transport closes. Does nothing the second time.
         */
        @Override
        void close();
    }

    /**
     * Starts to take what is sent to the address, and keeps on through every loss of connection. Several processes may
     * listen at a participant's or a log's address and share its messages; an instance's address exists only while somebody
     * listens.
     *
     * @param address where to listen
     * @param window how many deliveries may be unsettled at once, at least 1
     * @param receiver takes the deliveries
     * @throws TransportException if it cannot be started
     */
    Subscription listen(Address address, int window, Receiver receiver);

    /**
     * Starts to take what is sent to a participant, as {@link #listen} does. A transport may give each kind of command a queue
     * of its own; whatever it does, what is sent to the participant's address arrives.
     *
     * @throws TransportException if it cannot be started; nothing is left then
     */
    default Subscription offer(Offer offer, Receiver receiver) {
        return listen(offer.participant(), offer.window(), receiver);
    }

    /**
     * Sends without blocking. The stage completes, on a thread of the transport, when the transport knows what became of the
     * message; exceptionally, with a {@link TransportException}, when it does not know or cannot take it.
     */
    CompletionStage<Sent> send(Address to, Envelope envelope);

    /** Whether messages can pass at this moment. For health answers; never a reason to skip a send. */
    boolean connected();

    /** Lets go of everything: sends under way complete exceptionally. Does nothing the second time. */
    @Override
    void close();
}
