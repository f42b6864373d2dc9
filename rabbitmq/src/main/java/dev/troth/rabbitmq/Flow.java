package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel's life of a {@link Listening}. Delivery tags are meant on this channel only: a delivery keeps its flow, so a
 * settlement that comes after a reconnect finds a closed channel and is forgotten; the broker delivers that message again.
 */
final class Flow extends DefaultConsumer implements Settling {
    private static final Logger LOG = LoggerFactory.getLogger(Flow.class);

    /** Consumer tags have to differ on one channel only, and here is one consumer per channel. */
    static final String TAG = "troth";

    private final Listening listening;
    private final Gate gate;
    private final Acks acks;
    private final Settling messages = new Messages();
    private final AtomicInteger unsettled = new AtomicInteger();
    private volatile boolean stopping;

    Flow(Listening listening, Channel channel) {
        super(channel);
        this.listening = listening;
        this.gate = listening.gate();
        this.acks = listening.acks(channel);
    }

    @Override
    public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        unsettled.incrementAndGet();
        RabbitDelivery wire = RabbitDelivery.of(envelope, properties);
        if (stopping) {
            messages.nack(wire.deliveryTag());
        } else if (Batch.is(properties) && listening.takesBatches()) {
            open(wire, body);
        } else {
            gate.arrived(List.of(new Received(this, wire, body)));
        }
    }

    private void open(RabbitDelivery wire, byte[] body) {
        try {
            gate.arrived(
                    Opened.deliveries(messages, wire, body, gate::settled, part -> listening.sendAgain(wire, part)));
        } catch (Wire.Unfit unfit) {
            listening.unfit(new Received(messages, wire, body), unfit);
        }
        if (stopping) {
            giveBack(); // what came in between
        }
    }

    /** The broker has cancelled the consumer: its queue is gone, or the node that had it. */
    @Override
    public void handleCancel(String tag) {
        listening.lost(this, "cancelled by the broker: the queue is gone");
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
        listening.lost(this, Complaint.cause(cause));
    }

    @Override
    public boolean alive() {
        return getChannel().isOpen();
    }

    @Override
    public void ack(long tag) {
        gate.settled();
        messages.ack(tag);
    }

    @Override
    public void nack(long tag) {
        gate.settled();
        messages.nack(tag);
    }

    /** Settles what the broker has delivered, be it one message or a batch. */
    private final class Messages implements Settling {
        @Override
        public void ack(long tag) {
            acks.add(tag);
            settled();
        }

        @Override
        public void nack(long tag) {
            try {
                getChannel().basicNack(tag, false, true);
                acks.settledOtherwise(tag);
            } catch (AlreadyClosedException | IOException stale) {
                LOG.debug("settlement came too late address={}: it is delivered again", listening.address());
            }
            settled();
        }

        @Override
        public boolean alive() {
            return Flow.this.alive();
        }
    }

    private void settled() {
        if (unsettled.decrementAndGet() == 0 && stopping) {
            drained();
        }
    }

    private void drained() {
        acks.flush();
        listening.drained(this);
    }

    /** Writes the acks that wait: the connection is about to be closed. */
    void flush() {
        acks.flush();
    }

    /** Takes nothing more; the channel stays open until everything is settled. */
    void stop() {
        stopping = true;
        try {
            getChannel().basicCancel(TAG);
        } catch (AlreadyClosedException | IOException gone) {
            LOG.debug("cancel came too late address={}", listening.address());
        }
        giveBack();
        listening.stopped();
        if (unsettled.get() == 0) {
            drained();
        }
    }

    /** What no receiver has seen is for somebody else. */
    private void giveBack() {
        for (Received waiting : gate.empty()) {
            if (waiting.claim()) {
                waiting.settling().nack(waiting.tag());
            }
        }
    }
}
