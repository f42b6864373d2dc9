package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
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
    private final AtomicInteger unsettled = new AtomicInteger();
    private volatile boolean stopping;

    Flow(Listening listening, Channel channel) {
        super(channel);
        this.listening = listening;
    }

    @Override
    public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        unsettled.incrementAndGet();
        Received delivery = new Received(this, RabbitDelivery.of(envelope, properties), body);
        if (stopping) {
            nack(delivery.tag());
        } else {
            listening.arrived(delivery);
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
        settle(() -> getChannel().basicAck(tag, false));
    }

    @Override
    public void nack(long tag) {
        settle(() -> getChannel().basicNack(tag, false, true));
    }

    /** A settlement on the wire. */
    private interface Settlement {
        void send() throws IOException;
    }

    private void settle(Settlement settlement) {
        try {
            settlement.send();
        } catch (AlreadyClosedException | IOException stale) {
            LOG.debug("settlement came too late address={}: it is delivered again", listening.address());
        }
        if (unsettled.decrementAndGet() == 0 && stopping) {
            listening.drained(this);
        }
    }

    /** Takes nothing more; the channel stays open until everything is settled. */
    void stop() {
        stopping = true;
        try {
            getChannel().basicCancel(TAG);
        } catch (AlreadyClosedException | IOException gone) {
            LOG.debug("cancel came too late address={}", listening.address());
        }
        listening.stopped();
        if (unsettled.get() == 0) {
            listening.drained(this);
        }
    }
}
