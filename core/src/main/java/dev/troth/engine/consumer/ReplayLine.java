package dev.troth.engine.consumer;

import dev.troth.admin.NotReplayedException;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.EventTransport;
import dev.troth.spi.Scheduler;
import dev.troth.spi.Transport.Sent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Sends to one subscriber, and waits until the broker has it. */
final class ReplayLine {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Scheduler scheduler;
    private final EventTransport transport;
    private final Address.Subscriber to;

    ReplayLine(Scheduler scheduler, EventTransport transport, Address.Subscriber to) {
        this.scheduler = scheduler;
        this.transport = transport;
        this.to = to;
    }

    /** Returns when the broker has confirmed it; everything else is a failure. */
    void send(Envelope envelope) {
        CompletableFuture<Sent> sending = transport.send(to, envelope).toCompletableFuture();
        try {
            if (!scheduler.await(sending, PATIENCE)) {
                throw notSent(envelope, "the broker does not answer, and may have it", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notSent(envelope, "the thread was interrupted, and the broker may have it", e);
        }
        switch (outcome(sending, envelope)) {
            case ACCEPTED -> {}
            case REFUSED -> throw notSent(envelope, "the broker does not take it now: the queue is full", null);
            case UNROUTABLE -> throw notSent(envelope, "the broker has no queue for it", null);
            case GONE -> throw notSent(envelope, "the broker has no queue for it any more, and may have had it", null);
        }
    }

    private Sent outcome(CompletableFuture<Sent> sending, Envelope envelope) {
        try {
            return sending.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw notSent(envelope, "the broker did not take it, or did not say so: " + cause.getMessage(), cause);
        }
    }

    private NotReplayedException notSent(Envelope envelope, String why, @Nullable Throwable cause) {
        return new NotReplayedException(
                "Dead letter '" + envelope.messageId() + "' was not replayed to " + to + ": " + why
                        + ". It is still KEPT. Replay it again later; what has been applied is not applied twice.",
                cause);
    }
}
