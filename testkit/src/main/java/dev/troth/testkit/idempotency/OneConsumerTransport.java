package dev.troth.testkit.idempotency;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Feed;
import dev.troth.spi.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Hands deliveries to the one subscriber that has subscribed, and tells what it makes of them. Carries nothing else. */
final class OneConsumerTransport implements EventTransport {
    private volatile @Nullable Receiver receiver;
    private volatile @Nullable HandedOver current;

    /** What has become of a delivery. */
    enum Settled {
        /** It is done. */
        ACKED,
        /** It is to be delivered again. */
        AGAIN,
        /** Nobody can read it. */
        DEAD
    }

    /** Delivers a message, and waits until it is settled, or the consumer has crashed. */
    Settled deliver(Envelope envelope, CompletableFuture<Void> crashed) throws Exception {
        Receiver taker = receiver;
        if (taker == null) {
            throw new TransportException("Nobody has subscribed, so nothing was delivered", null);
        }
        CompletableFuture<Settled> settled = new CompletableFuture<>();
        HandedOver handed = new HandedOver(envelope, settled, new AtomicBoolean(), new AtomicBoolean());
        current = handed;
        taker.receive(handed);
        return CompletableFuture.anyOf(settled, crashed)
                .thenApply(first -> settled.getNow(Settled.AGAIN))
                .get(Gate.LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Subscription subscribe(Feed feed, int window, Receiver taker) {
        receiver = taker;
        return () -> receiver = null;
    }

    /** The broker has it again: that it is acknowledged after this means that. */
    @Override
    public CompletionStage<Sent> sendLater(Address.Subscriber to, Envelope envelope, Duration delay) {
        HandedOver handed = current;
        if (handed != null) {
            handed.later().set(true);
        }
        return CompletableFuture.completedFuture(Sent.ACCEPTED);
    }

    @Override
    public Subscription listen(Address address, int window, Receiver nobodyCalls) {
        return () -> {};
    }

    @Override
    public CompletionStage<Sent> send(Address to, Envelope envelope) {
        return CompletableFuture.completedFuture(Sent.UNROUTABLE);
    }

    @Override
    public boolean sendsEvents() {
        return connected();
    }

    @Override
    public boolean connected() {
        return true;
    }

    @Override
    public void close() {
        receiver = null;
    }

    private record HandedOver(
            Envelope envelope, CompletableFuture<Settled> settled, AtomicBoolean begun, AtomicBoolean later)
            implements Delivery {
        /** Its connection is lost as it waits for another attempt: every attempt is a delivery of its own. */
        @Override
        public boolean lost() {
            return !begun.compareAndSet(false, true);
        }

        @Override
        public boolean redelivered() {
            return false;
        }

        @Override
        public <T> Optional<T> unwrap(Class<T> type) {
            return Optional.empty();
        }

        @Override
        public void ack() {
            settled.complete(later.get() ? Settled.AGAIN : Settled.ACKED);
        }

        @Override
        public void release() {
            settled.complete(Settled.AGAIN);
        }

        @Override
        public void deadLetter(String reason) {
            settled.complete(Settled.DEAD);
        }
    }
}
