package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import dev.troth.message.Envelope;
import dev.troth.spi.Transport.Sent;
import dev.troth.spi.UnfitMessageException;
import java.util.concurrent.CompletableFuture;

/** Envelopes on their way to a publisher. */
record Outgoing(Publisher publisher, Wire wire) {

    CompletableFuture<Sent> send(Route route, Envelope envelope) {
        return send(route, envelope, wire.sharing(route, envelope));
    }

    private CompletableFuture<Sent> send(Route route, Envelope envelope, Parcel.Sharing sharing) {
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
                sharing,
                properties,
                envelope.body(),
                System.nanoTime(),
                envelope.timeToLive(),
                publisher.patience(envelope.timeToLive())));
    }

    /** Sends what came in a batch as a message of its own; its time begins anew. */
    CompletableFuture<Sent> sendAgain(Route route, Batch.Part part) {
        try {
            return send(route, wire.read(part.properties(), part.body()), Parcel.Sharing.ALONE);
        } catch (Wire.Unfit unfit) {
            return CompletableFuture.failedFuture(unfit);
        }
    }
}
