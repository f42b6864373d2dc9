package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.ReturnListener;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import dev.troth.rabbitmq.toolbox.PublishException.Fate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The publishes of one channel whose confirmation is missing, by their number. The broker numbers them as they come; it sends a
 * return before the confirmation of the same message.
 */
final class Unconfirmed implements ConfirmListener, ReturnListener, ShutdownListener {
    private final ConcurrentSkipListMap<Long, Parcel> parcels = new ConcurrentSkipListMap<>();
    private final PooledChannel borrowed;
    private final Publishing publishing;
    private volatile long writingSince; // valid as long as the next is true
    private volatile boolean writing;

    /** Takes over the channel, which only one thread may publish on. */
    Unconfirmed(PooledChannel borrowed, Publishing publishing) throws IOException {
        this.borrowed = borrowed;
        this.publishing = publishing;
        Channel channel = borrowed.channel();
        channel.confirmSelect();
        channel.addConfirmListener(this);
        channel.addReturnListener(this);
        channel.addShutdownListener(this);
    }

    PooledChannel channel() {
        return borrowed;
    }

    void write(Parcel parcel) throws IOException {
        Channel channel = borrowed.channel();
        OutgoingMessage message = parcel.message;
        long number = channel.getNextPublishSeqNo();
        parcels.put(number, parcel);
        writingSince = System.nanoTime();
        writing = true;
        try {
            channel.basicPublish(
                    message.exchange(),
                    message.routingKey(),
                    message.mandatory(),
                    message.numbered(number),
                    message.body());
        } finally {
            writing = false;
        }
    }

    /** Whether a write has hung for so long: nobody reads what is written, and the client library knows no time-out for that. */
    boolean hangs(Duration patience) {
        return writing && System.nanoTime() - writingSince > patience.toNanos();
    }

    /** It was not written after all. */
    void forget(Parcel parcel) {
        parcels.values().remove(parcel);
    }

    @Override
    public void handleAck(long number, boolean multiple) {
        take(number, multiple).forEach(parcel -> publishing.end(parcel, parcel.confirmed()));
    }

    @Override
    public void handleNack(long number, boolean multiple) {
        take(number, multiple)
                .forEach(parcel -> publishing.fail(
                        parcel,
                        Fate.REFUSED,
                        "was refused by the broker (nack): a queue is full and rejects, or could not store it. Look at"
                                + " the limits of its queues and at the broker's log",
                        null));
    }

    private List<Parcel> take(long number, boolean multiple) {
        List<Parcel> taken = new ArrayList<>();
        parcels.subMap(multiple ? 0L : number, true, number, true).forEach((each, parcel) -> {
            if (parcels.remove(each, parcel)) {
                taken.add(parcel);
            }
        });
        return taken;
    }

    @Override
    public void handleReturn(
            int code, String text, String exchange, String key, AMQP.BasicProperties properties, byte[] body) {
        Map<String, Object> headers = properties.getHeaders();
        Object number = headers == null ? null : headers.get(Publishing.SEND_HEADER);
        Parcel parcel = number instanceof Long known ? parcels.get(known) : null;
        if (parcel != null) {
            parcel.returned(new PublishOutcome.Returned(code, text));
        }
    }

    @Override
    public void shutdownCompleted(ShutdownSignalException cause) {
        lost(cause);
    }

    /** The channel is gone: what has no confirmation yet never gets one. */
    void lost(@Nullable Throwable cause) {
        take(Long.MAX_VALUE, true)
                .forEach(parcel -> publishing.fail(
                        parcel,
                        Fate.UNKNOWN,
                        "was sent, and the channel ended before the broker's answer"
                                + (cause == null ? "" : " (" + Replies.text(cause) + ")")
                                + ", so it may be in the queue or not. It is not sent again by itself: send it again with"
                                + " the same message id if receivers can tell doubles",
                        cause));
    }

    /** Gives up those that have waited longer. */
    void expire(Duration timeout) {
        parcels.forEach((number, parcel) -> {
            if (parcel.olderThan(timeout) && parcels.remove(number, parcel)) {
                publishing.fail(
                        parcel,
                        Fate.UNKNOWN,
                        "was sent, and the broker has not answered within " + timeout + ", so it may be in the queue or"
                                + " not. It is not sent again by itself: look for an alarm of the broker, or a quorum"
                                + " queue without a leader",
                        null);
            }
        });
    }
}
