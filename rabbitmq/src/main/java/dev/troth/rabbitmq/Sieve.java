package dev.troth.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a message out of a queue that the client library cannot even read: the broker passes on headers that are nested more
 * deeply than the library allows, for example. Reading it ends the connection, the broker delivers it again, and so on for ever;
 * and what waits with it is delivered again each time.
 *
 * <p>It looks at the head of the queue, on a connection of its own: gets a message and gives it back, a few times. A quorum queue
 * lines up behind each other what comes back, so the one that cannot be read comes up after the others that came back; a
 * classic queue puts everything back in its place, so it comes up when a consumer with a window of one has been lost by it.
 * When a look ends the connection, the next one counts how many came before. The last one lets as many pass, and gets the one
 * behind them acknowledged in advance: the broker forgets it as it sends it. Should another message have come into its place
 * meanwhile, that one becomes a dead letter.
 */
final class Sieve {
    private static final Logger LOG = LoggerFactory.getLogger(Sieve.class);

    private static final long NOTICE_MILLIS = 300;
    private static final int LOOKS = 8;
    private static final int NONE = -1;

    private final CountDownLatch closing = new CountDownLatch(1);
    private final Dialer dialer;
    private final DeadLetters deadLetters;

    Sieve(RabbitOptions options, Threads threads, DeadLetters deadLetters) {
        this.dialer = new Dialer(options, "sieve", threads);
        this.deadLetters = deadLetters;
    }

    /** Whether a connection ended because of what came over it, not because of the network or the broker. */
    static boolean unreadable(@Nullable ShutdownSignalException end) {
        Throwable cause = end == null ? null : end.getCause();
        return cause instanceof MalformedFrameException
                || (cause instanceof RuntimeException && !(cause instanceof ShutdownSignalException))
                || cause instanceof Error;
    }

    /** Takes a message out of the queue that cannot be read, if one comes up; returns whether one did. */
    boolean clean(String queue) throws DialException, IOException, InterruptedException {
        if (look(queue, LOOKS, false) == NONE) {
            return false;
        }
        int before = look(queue, LOOKS, false);
        return before != NONE && look(queue, before + 1, true) != NONE;
    }

    /**
     * Gets messages one after the other and gives them back, the last one not if told so. Waits a moment first, because the
     * broker puts back what a lost connection held only when it has noticed the loss.
     *
     * @return how many could be read before one that could not, or NONE
     */
    private int look(String queue, int looks, boolean takeLast)
            throws DialException, IOException, InterruptedException {
        if (closing.await(NOTICE_MILLIS, TimeUnit.MILLISECONDS)) {
            return NONE;
        }
        Connection connection = dialer.dial();
        int read = 0;
        try {
            Channel channel = connection.createChannel();
            if (channel == null) {
                throw new IOException("the broker allows no channel");
            }
            while (read < looks) {
                boolean take = takeLast && read == looks - 1;
                GetResponse got = channel.basicGet(queue, take);
                if (got == null) {
                    return NONE;
                }
                if (take) {
                    keep(queue, got);
                } else {
                    channel.basicNack(got.getEnvelope().getDeliveryTag(), false, true);
                }
                read++;
            }
            return NONE;
        } catch (IOException | AlreadyClosedException e) {
            ShutdownSignalException end = connection.getCloseReason();
            if (!unreadable(end)) {
                throw e;
            }
            if (takeLast && read == looks - 1) {
                dropped(queue, String.valueOf(end.getCause()));
            }
            return read;
        } finally {
            dialer.close(connection);
        }
    }

    private void keep(String queue, GetResponse got) {
        RabbitDelivery wire = new RabbitDelivery(
                got.getEnvelope().getDeliveryTag(),
                got.getEnvelope().getExchange(),
                got.getEnvelope().getRoutingKey(),
                got.getEnvelope().isRedeliver(),
                got.getProps());
        deadLetters.note(
                wire, got.getBody(), "taken from " + queue + " by mistake, in place of one that cannot be read");
    }

    private void dropped(String queue, String cause) {
        LOG.error("code=TROTH-0705 unreadable message dropped queue={} cause=\"{}\"", queue, cause);
        deadLetters.note(
                new RabbitDelivery(0, "", queue, true, new AMQP.BasicProperties()),
                new byte[0],
                "a message in " + queue + " could not be read (" + cause
                        + ") and was dropped; this stands in its place");
    }

    /** Whatever it is doing ends soon. */
    void close() {
        closing.countDown();
        dialer.hangUp();
    }
}
