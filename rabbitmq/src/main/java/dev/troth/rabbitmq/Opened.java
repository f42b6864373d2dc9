package dev.troth.rabbitmq;

import dev.troth.spi.Transport.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A batch that has arrived. The broker keeps it until every part is settled: if this process dies before, all parts come again, to whomever. A
 * part that is given back is sent again as a message of its own, at once, so it does not wait for the others.
 */
final class Opened {
    private final Settling whole;
    private final long tag;
    private final AtomicInteger left;
    private final Function<Batch.Part, CompletionStage<Sent>> sendAgain;
    private volatile boolean comesAgain;

    private Opened(Settling whole, long tag, int parts, Function<Batch.Part, CompletionStage<Sent>> sendAgain) {
        this.whole = whole;
        this.tag = tag;
        this.left = new AtomicInteger(parts);
        this.sendAgain = sendAgain;
    }

    /**
     * Deliveries of their own.
     *
     * @param whole where the message is settled
     * @param settled is told of every part that is settled
     * @param sendAgain sends a part to where the message came from
     * @throws Wire.Unfit if it is no batch
     */
    static List<Received> deliveries(
            Settling whole,
            RabbitDelivery wire,
            byte[] body,
            Runnable settled,
            Function<Batch.Part, CompletionStage<Sent>> sendAgain)
            throws Wire.Unfit {
        List<Batch.Part> parts = Batch.read(wire.properties(), body);
        Opened opened = new Opened(whole, wire.deliveryTag(), parts.size(), sendAgain);
        List<Received> deliveries = new ArrayList<>(parts.size());
        for (Batch.Part part : parts) {
            RabbitDelivery own = new RabbitDelivery(
                    wire.deliveryTag(), wire.exchange(), wire.routingKey(), wire.redelivered(), part.properties());
            deliveries.add(new Received(opened.new OfPart(part, settled), own, part.body()));
        }
        return deliveries;
    }

    /** If a part could not be sent again, all of them come again. */
    private void settled(boolean forGood) {
        if (!forGood) {
            comesAgain = true;
        }
        if (left.decrementAndGet() > 0) {
            return;
        }
        if (comesAgain) {
            whole.nack(tag);
        } else {
            whole.ack(tag);
        }
    }

    private final class OfPart implements Settling {
        private final Batch.Part part;
        private final Runnable settled;

        OfPart(Batch.Part part, Runnable settled) {
            this.part = part;
            this.settled = settled;
        }

        @Override
        public void ack(long tag) {
            settled.run();
            settled(true);
        }

        @Override
        public void nack(long tag) {
            settled.run();
            CompletionStage<Sent> unused = sendAgain
                    .apply(part)
                    .whenComplete((sent, failure) -> settled(failure == null && sent == Sent.ACCEPTED));
        }

        @Override
        public boolean alive() {
            return whole.alive();
        }
    }
}
