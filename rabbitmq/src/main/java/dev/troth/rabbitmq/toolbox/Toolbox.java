package dev.troth.rabbitmq.toolbox;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import dev.troth.rabbitmq.RabbitDelivery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * RabbitMQ itself, typed, in one virtual host: declares, publishes with the broker's confirmation, consumes, looks. It beats no path
 * around the broker's rules; it only says before what the broker would say after, or not at all.
 *
 * <p>Nothing is connected before it is needed, and lost connections are made again when they are needed. It has two
 * {@link ChannelPool}s: one to publish, because an alarm of the broker blocks connections that publish, and one for everything else.
 * Safe for use by several threads. Calls that are no publish take a round trip or two, on the caller's thread.
 */
public final class Toolbox implements AutoCloseable {
    private static final int MOST_PEEKED = 1_000;
    private static final int MOST_PEEKED_BYTES = 16 << 20;
    private static final int ATTEMPTS = 3;

    private final ToolboxOptions options;
    private final ChannelPool work;
    private final ChannelPool publishers;
    private final Publishing publishing;
    private final Declarer declarer;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Toolbox> tenants = new LinkedHashMap<>(); // guarded by the lock, as the next
    private boolean closed;

    private Toolbox(ToolboxOptions options) {
        this.options = options;
        this.work = ChannelPool.open(options, "toolbox");
        this.publishers = ChannelPool.open(options, "toolbox publisher");
        this.publishing = new Publishing(publishers, options);
        this.declarer = new Declarer(work, options.management());
    }

    /** A toolbox for the broker at the URI, see {@link ToolboxOptions#uri}. It has to be closed. */
    public static Toolbox open(String uri) {
        return open(ToolboxOptions.uri(uri));
    }

    /** A toolbox for the broker of these options. It has to be closed. */
    public static Toolbox open(ToolboxOptions options) {
        return new Toolbox(options);
    }

    /**
     * The toolbox of another virtual host at the same broker, as the same user: nothing in it is seen by other tenants. The same
     * every time; it has connections of its own, and is closed with this one. The virtual host has to exist, and the user needs rights in
     * it: {@code rabbitmqctl add_vhost}, {@code set_permissions -p}.
     */
    public Toolbox tenant(String virtualHost) {
        lock.lock();
        try {
            if (closed) {
                throw new ToolboxException("The toolbox of " + this + " is closed.", 0, null);
            }
            return tenants.computeIfAbsent(virtualHost, name -> new Toolbox(options.virtualHost(name)));
        } finally {
            lock.unlock();
        }
    }

    /** Channels for whatever this does not do: those of consumers and declarations. Do not publish on them. */
    public ChannelPool channels() {
        return work;
    }

    /**
     * Declares exchanges, queues and bindings. Declaring what is there already does nothing.
     *
     * @throws DeclarationException if one exists with other settings: it names each difference
     * @throws ToolboxException if the broker refuses or cannot be reached; what was declared before stays declared, and declaring all
     *     of it again does no harm
     * @throws IllegalArgumentException if there is an exclusive queue in it
     */
    public void declare(Declarations declarations) {
        declarations.queues().stream().filter(Queue::exclusive).findFirst().ifPresent(queue -> {
            throw new IllegalArgumentException(
                    "Queue '" + queue.name() + "' is exclusive: it goes with the connection that"
                            + " declares it, and only that one may consume from it. Give it to Consumption.declaring.");
        });
        run("Declaring", channel -> {
            declarer.declare(channel, declarations);
            return true;
        });
    }

    /** Declares one queue, see {@link #declare(Declarations)}. */
    public void declare(Queue queue) {
        declare(Declarations.of(queue));
    }

    /** Makes bindings, and the exchanges and queues that they name, see {@link #declare(Declarations)}. */
    public void declare(Binding... bindings) {
        declare(Declarations.of(bindings));
    }

    /** Removes a binding; does nothing if it is not there. */
    public void unbind(Binding binding) {
        run("Unbinding", channel -> {
            Declarer.unbind(channel, binding);
            return true;
        });
    }

    /** What is in a queue and who consumes, or empty if there is no such queue. Changes nothing (a passive declaration). */
    public Optional<QueueState> queue(String name) {
        return found("Looking at queue '" + name + "'", channel -> {
            AMQP.Queue.DeclareOk ok = channel.queueDeclarePassive(name);
            return new QueueState(ok.getMessageCount(), ok.getConsumerCount());
        });
    }

    /** Whether there is such an exchange. Changes nothing (a passive declaration). */
    public boolean exchangeExists(String name) {
        return found("Looking at exchange '" + name + "'", channel -> {
                    channel.exchangeDeclarePassive(name);
                    return true;
                })
                .isPresent();
    }

    /** Deletes a queue with all that is in it; does nothing if it is not there. */
    public void deleteQueue(String name) {
        run("Deleting queue '" + name + "'", channel -> channel.queueDelete(name));
    }

    /** Deletes an exchange with its bindings; does nothing if it is not there. */
    public void deleteExchange(String name) {
        run("Deleting exchange '" + name + "'", channel -> channel.exchangeDelete(name));
    }

    /** Removes all messages that are ready in a queue, and returns how many; those that are delivered and not settled stay. */
    public long purge(String queue) {
        return run("Purging queue '" + queue + "'", channel ->
                (long) channel.queuePurge(queue).getMessageCount());
    }

    /**
     * Publishes. Waits for its turn when the window is full, at most for {@link ToolboxOptions#publishTimeout}; never for the broker.
     * Messages of one thread reach the broker in the order of the calls.
     *
     * @return completes with Confirmed or Returned, or fails with a {@link PublishException} whose {@link PublishException#fate} says what
     *     is known; at the latest after the time-out. Completes on a thread of this toolbox, of which there are two: do not block them
     */
    public CompletableFuture<PublishOutcome> publish(OutgoingMessage message) {
        return publishing.publish(message);
    }

    /** As {@link #publish}; empty, having done nothing, if the window is full now. Never waits. */
    public Optional<CompletableFuture<PublishOutcome>> tryPublish(OutgoingMessage message) {
        return publishing.tryPublish(message);
    }

    /**
     * Consumes a queue until the subscription, or this, is closed.
     *
     * @throws ToolboxException if it cannot begin: there is no such queue (404), somebody consumes exclusively (403), …
     */
    public Subscription consume(Consumption consumption, Receiver receiver) {
        Subscription subscription = new Subscription(consumption, receiver, work, declarer, options);
        try {
            subscription.start();
        } catch (IOException | RuntimeException e) {
            subscription.close();
            if (e instanceof ToolboxException known) {
                throw known;
            }
            throw failed("Consuming queue '" + consumption.queue() + "'", e);
        }
        subscriptions.removeIf(each -> each != subscription && each.isOver());
        subscriptions.add(subscription);
        if (isClosed()) {
            subscription.close();
        }
        return subscription;
    }

    /**
     * Looks at the first messages of a queue, at most {@code most} (1 to 1,000) and about 16 MiB, and puts them back. This is what the
     * broker offers, and it is not free of traces:
     *
     * <ul>
     *   <li>while it looks, nobody else gets these messages;
     *   <li>afterwards they are marked as redelivered; they keep their order, unless others take messages meanwhile;
     *   <li>a quorum queue counts it as a delivery: with {@link Queue#deliveryLimit} so many looks dead-letter a message;
     *   <li>what comes to look expires as before.
     * </ul>
     */
    public List<PeekedMessage> peek(String queue, int most) {
        Names.within("most", most, 1, MOST_PEEKED);
        try (PooledChannel borrowed = work.borrow()) {
            return look(borrowed.channel(), queue, most);
        } catch (IOException | ShutdownSignalException e) {
            throw failed("Looking into queue '" + queue + "'", e);
        }
    }

    private static List<PeekedMessage> look(Channel channel, String queue, int most) throws IOException {
        List<PeekedMessage> seen = new ArrayList<>();
        long last = 0;
        long bytes = 0;
        while (seen.size() < most && bytes < MOST_PEEKED_BYTES) {
            GetResponse got = channel.basicGet(queue, false);
            if (got == null) {
                break;
            }
            last = got.getEnvelope().getDeliveryTag();
            bytes += got.getBody().length;
            RabbitDelivery delivery = new RabbitDelivery(
                    last,
                    got.getEnvelope().getExchange(),
                    got.getEnvelope().getRoutingKey(),
                    got.getEnvelope().isRedeliver(),
                    got.getProps());
            seen.add(new PeekedMessage(delivery, got.getBody()));
        }
        if (last > 0) {
            channel.basicNack(last, true, true);
            channel.queueDeclarePassive(queue); // answered when they are back
        }
        return List.copyOf(seen);
    }

    /** Empty if the broker says that there is no such thing. */
    private <T> Optional<T> found(String doing, ChannelWork<T> question) {
        try {
            return Optional.of(run(doing, question));
        } catch (ToolboxException e) {
            if (e.code() == AMQP.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Does what may be done twice; does it again if the connection is lost meanwhile. */
    private <T> T run(String doing, ChannelWork<T> idempotent) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.with(idempotent);
            } catch (IOException | ShutdownSignalException e) {
                if (attempt == ATTEMPTS || Replies.channelCode(e) != 0) {
                    throw failed(doing, e);
                }
            }
        }
    }

    private ToolboxException failed(String doing, Exception failure) {
        int code = Replies.code(failure);
        String advice = switch (code) {
            case AMQP.NOT_FOUND -> "It is not there: declare it first.";
            case AMQP.ACCESS_REFUSED ->
                "The user lacks a right in this virtual host (rabbitmqctl list_permissions -p), or somebody consumes"
                        + " exclusively.";
            case AMQP.RESOURCE_LOCKED -> "It is exclusive to another connection.";
            case AMQP.PRECONDITION_FAILED -> "The broker does not allow it in this state.";
            default -> "It may have happened all the same; doing it again does no harm.";
        };
        return new ToolboxException(
                doing + " at " + work + " failed: " + Replies.text(failure) + ". It is not tried again. " + advice,
                code,
                failure);
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** The numbers of the pool to publish. */
    public PoolState publisherState() {
        return publishers.state();
    }

    /**
     * Closes consumers, tenants and connections; a receiver gets 5 s to finish its message. Publishes that are not confirmed by then
     * fail as NOT_SENT or UNKNOWN. Does nothing the second time.
     */
    @Override
    public void close() {
        List<Toolbox> others;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            others = List.copyOf(tenants.values());
        } finally {
            lock.unlock();
        }
        others.forEach(Toolbox::close);
        subscriptions.stream().filter(Subscription::receivesHere).forEach(Subscription::close);
        List<Runnable> closings = new ArrayList<>();
        subscriptions.forEach(each -> closings.add(each::close));
        work.threads().runAll(closings);
        publishing.close();
        publishers.close();
        publishing.end();
        work.close();
    }

    /** Where and as whom, without the password. */
    @Override
    public String toString() {
        return work.toString();
    }
}
