package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import dev.troth.message.Envelope;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.UnfitMessageException;
import java.util.concurrent.CompletableFuture;

/** Envelopes on their way to a publisher. */
record Outgoing(Publisher publisher, Wire wire) {

    CompletableFuture<Sent> send(Route route, Envelope envelope) {
        AMQP.BasicProperties properties;
        try {
            properties = wire.write(envelope);
        } catch (Wire.Unfit unfit) {
            return CompletableFuture.failedFuture(new UnfitMessageException(
                    "Cannot send " + envelope.type() + " to " + route + ": " + unfit.getMessage()
                            + ". Nothing was sent.",
                    unfit));
        }
        return publisher.post(new Parcel(
                route,
                properties,
                envelope.body(),
                System.nanoTime(),
                envelope.timeToLive(),
                publisher.patience(envelope.timeToLive())));
    }
}
