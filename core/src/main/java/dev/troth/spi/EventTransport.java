package dev.troth.spi;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A transport that also carries events and commands, which must not get lost: to {@link Address.Topic topics}, for everybody who has
 * subscribed, and to {@link Address.Subscriber subscribers}. What it has accepted is kept through crashes of everything until a subscriber
 * has settled it, delivered at least once, and to one consumer in the order in which it was accepted, where nothing was delivered again.
 * {@code EventTransportContract} in troth-testkit says the rest.
 */
public interface EventTransport extends Transport {
    /**
     * Starts to take what is sent to the subscriber, and to the topics that it wants, from now on and also while nobody takes it. What an earlier
     * feed of that subscriber wanted comes, too, until somebody takes that back at the broker.
     *
     * <p>Closing a subscription that is {@linkplain Feed#inOrder in order} closes it at once: what was not settled, and what follows, comes to the
     * next consumer, in order.
     *
     * @param feed who wants what
     * @param window how many deliveries may be unsettled at once, at least 1
     * @param receiver takes the deliveries
     * @throws TransportException if it cannot be started
     */
    Subscription subscribe(Feed feed, int window, Receiver receiver);

    /**
     * Whether the broker takes events at this moment, as far as is known. While it does, an event that is not confirmed is held up by its own
     * queue; while it does not, all are.
     */
    boolean sendsEvents();

    /**
     * As {@link #send}, to a subscriber that gets it when the delay has passed, and not much later: an eighth of the delay and what a
     * busy queue takes. The delay passes in the broker, through restarts of everything.
     */
    CompletionStage<Sent> sendLater(Address.Subscriber to, Envelope envelope, Duration delay);
}
