package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.troth.rabbitmq.RabbitDelivery;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer, from {@link Toolbox#consume} until {@link #close()}. It has a channel of its own; when that is lost, or the broker
 * cancels the consumer (its queue was deleted), it declares and consumes anew, again and again until it works. Its receiver gets one
 * message at a time, in the order of delivery, on a thread of its own; for more at once, consume more than once.
 */
public final class Subscription implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
    private static final Duration AGAIN = Duration.ofMillis(250);
    private static final Duration FINISH = Duration.ofSeconds(5);

    private final Consumption consumption;
    private final Receiver receiver;
    private final ChannelPool pool;
    private final Declarer declarer;
    private final Duration borrowTimeout;
    private final ReentrantLock lock = new ReentrantLock(); // guards all below
    private final Condition idle = lock.newCondition();
    private @Nullable Attempt current;
    private @Nullable Thread receiving;
    private boolean closed;
    private boolean scheduled;
    private String complaint = "";

    Subscription(
            Consumption consumption, Receiver receiver, ChannelPool pool, Declarer declarer, ToolboxOptions options) {
        this.consumption = consumption;
        this.receiver = receiver;
        this.pool = pool;
        this.declarer = declarer;
        this.borrowTimeout = options.borrowTimeout();
    }

    /** One channel on which it consumes. */
    private final class Attempt extends DefaultConsumer {
        private final PooledChannel borrowed;
        private final AtomicBoolean over = new AtomicBoolean();

        Attempt(PooledChannel borrowed) {
            super(borrowed.channel());
            this.borrowed = borrowed;
        }

        void start() throws IOException {
            Channel channel = getChannel();
            declarer.declare(channel, consumption.declarations());
            if (consumption.prefetch() > 0) {
                channel.basicQos(consumption.prefetch());
            }
            String unused = channel.basicConsume(
                    consumption.queue(),
                    consumption.automatic(),
                    consumption.tag(),
                    false,
                    consumption.exclusive(),
                    consumption.priority() == 0 ? Map.of() : Map.of("x-priority", consumption.priority()),
                    this);
            // Not handleShutdownSignal: the client library drops it if a receiver is busy for 2 s after the loss. The
            // bare channel: it may
            // have been given back by now.
            borrowed.strand().channel.addShutdownListener(cause -> end(Replies.text(cause)));
        }

        @Override
        public void handleDelivery(
                String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            RabbitDelivery delivery = new RabbitDelivery(
                    envelope.getDeliveryTag(),
                    envelope.getExchange(),
                    envelope.getRoutingKey(),
                    envelope.isRedeliver(),
                    properties);
            if (begin(this)) {
                try {
                    receive(new IncomingMessage(delivery, body, getChannel(), consumption.automatic()));
                } finally {
                    finish();
                }
            }
        }

        @Override
        public void handleCancel(String consumerTag) {
            end("the broker cancelled the consumer, its queue is gone or moves");
        }

        /** It is over: the next one is opened, once. */
        void end(String why) {
            if (over.compareAndSet(false, true)) {
                borrowed.discard();
                lost(this, why);
            }
        }
    }

    /** Consumes for the first time; fails if that does not work. */
    void start() throws IOException {
        Attempt attempt = new Attempt(pool.keep(borrowTimeout));
        try {
            attempt.start();
        } catch (Throwable e) {
            attempt.over.set(true);
            attempt.borrowed.discard();
            throw e;
        }
        adopt(attempt);
    }

    private void adopt(Attempt attempt) {
        boolean unwanted;
        lock.lock();
        try {
            unwanted = closed || current != null;
            current = unwanted || attempt.over.get() ? current : attempt;
            complaint = "";
        } finally {
            lock.unlock();
        }
        if (unwanted) {
            attempt.over.set(true);
            attempt.borrowed.discard();
        }
    }

    private void lost(Attempt attempt, String why) {
        lock.lock();
        try {
            current = current == attempt ? null : current;
            idle.signalAll(); // whoever waits with a message of this attempt
        } finally {
            lock.unlock();
        }
        complain("a consumer was lost", why);
        tryAgain();
    }

    /** Later, and once, whoever asks for it. */
    private void tryAgain() {
        lock.lock();
        try {
            if (!closed && !scheduled) {
                scheduled = true;
                pool.threads().later(AGAIN, this::again);
            }
        } finally {
            lock.unlock();
        }
    }

    private void again() {
        boolean wanted;
        lock.lock();
        try {
            scheduled = false;
            wanted = !closed && current == null;
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            return;
        }
        try {
            start();
            LOG.info("a consumer is back queue={} broker=\"{}\"", consumption.queue(), pool);
        } catch (Throwable e) { // an Error, too: who else would try again?
            complain("a consumer could not be made again", Replies.text(e));
            tryAgain();
        }
    }

    /** Once for each reason: what is tried four times a second would fill the log. */
    private void complain(String what, String why) {
        boolean news;
        lock.lock();
        try {
            news = !closed && !complaint.equals(why);
            complaint = why;
        } finally {
            lock.unlock();
        }
        if (news) {
            LOG.warn(
                    "code=TROTH-0722 {} queue={} broker=\"{}\" cause=\"{}\": it is tried again",
                    what,
                    consumption.queue(),
                    pool,
                    why);
        }
    }

    /** Whether it was closed. */
    boolean isOver() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether the message may be received; what is not, goes back to the queue with its channel. Waits for a receiver that is still busy
     * with a message of a lost channel.
     */
    private boolean begin(Attempt attempt) {
        lock.lock();
        try {
            while (receiving != null && !closed && !attempt.over.get()) {
                idle.awaitUninterruptibly();
            }
            boolean may = !closed && !attempt.over.get();
            receiving = may ? Thread.currentThread() : receiving;
            return may;
        } finally {
            lock.unlock();
        }
    }

    private void finish() {
        lock.lock();
        try {
            if (receiving == Thread.currentThread()) {
                receiving = null;
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void receive(IncomingMessage message) {
        try {
            receiver.receive(message);
        } catch (Throwable e) {
            LOG.warn(
                    "code=TROTH-0723 a receiver threw queue={} tag={} redelivered={} then={}",
                    consumption.queue(),
                    message.delivery().deliveryTag(),
                    message.delivery().redelivered(),
                    consumption.automatic() ? "lost" : message.settled() ? "settled before" : consumption.failed(),
                    e);
            boolean unused = consumption.failed() == Consumption.Failed.REJECT ? message.reject() : message.requeue();
        }
    }

    /** Whether it is this thread that runs the receiver. */
    boolean receivesHere() {
        lock.lock();
        try {
            return receiving == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it consumes now; otherwise it is about to. */
    public boolean active() {
        lock.lock();
        try {
            return !closed && current != null && !current.over.get();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends it: no further message is received; waits at most 5 s for the receiver to finish the one it has (not when it is the receiver
     * that calls this). What is not settled then comes again. Does nothing the second time.
     */
    @Override
    public void close() {
        Attempt last;
        lock.lock();
        try {
            closed = true;
            long left = FINISH.toNanos();
            while (receiving != null && receiving != Thread.currentThread() && left > 0) {
                left = idle.awaitNanos(left);
            }
            if (left <= 0) {
                LOG.warn(
                        "code=TROTH-0724 a receiver did not finish within {} as its consumer was closed queue={}",
                        FINISH,
                        consumption.queue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            last = current;
            current = null;
            lock.unlock();
        }
        if (last != null) {
            last.over.set(true);
            last.borrowed.discard();
        }
    }

    /** Which queue, at which broker. */
    @Override
    public String toString() {
        return "consumer of '" + consumption.queue() + "' at " + pool + (active() ? "" : " (not active)");
    }
}
