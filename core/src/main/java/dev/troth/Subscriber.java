package dev.troth;

import dev.troth.engine.consumer.SubscriberSpec;
import dev.troth.engine.consumer.SubscriberSpec.Entry;
import dev.troth.engine.wire.Payloads;
import dev.troth.message.Incoming;
import dev.troth.message.Retry;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Name;
import dev.troth.spi.InboxStore;
import dev.troth.tx.TrothException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who does something with events and commands: a name, the database in which it does it, and a handler for every kind. Immutable; every
 * method returns a changed copy.
 *
 * <pre>{@code
 * Subscriber.named("notes")
 *         .on(Inbox.on(reviewDatabase))
 *         .handle(BlogSubmitted.class, (blog, incoming) -> notes.insert(incoming.connection(), blog))
 * }</pre>
 *
 * <p>Every message is applied once: what its handler does on {@link Incoming#connection()} commits together with the note of its id, and the
 * message is acknowledged after that. A handler that throws has done nothing; the message comes again as {@link Retry} says, the pause passing
 * in the broker, and after the last attempt it is kept as a dead letter. When the database fails, the message comes again and again, and
 * that does not count.
 *
 * <p>All instances that offer a subscriber of the same name share its messages. What is sent while none of them runs waits at the broker.
 */
public final class Subscriber {
    /** How many handlers of a subscriber run at once unless it is set. */
    public static final int DEFAULT_CONCURRENCY = 8;

    /** How many messages may wait at the broker unless it is set. */
    public static final int DEFAULT_LIMIT = 1_000_000;

    private static final Duration LONGEST_UNACKNOWLEDGED = Duration.ofMinutes(20);

    private final String name;
    private final Optional<InboxStore> inbox;
    private final List<Entry<?>> entries;
    private final int concurrency;
    private final boolean inOrder;
    private final Retry retry;
    private final int limit;

    private Subscriber(
            String name,
            Optional<InboxStore> inbox,
            List<Entry<?>> entries,
            int concurrency,
            boolean inOrder,
            Retry retry,
            int limit) {
        this.name = name;
        this.inbox = inbox;
        this.entries = List.copyOf(entries);
        this.concurrency = concurrency;
        this.inOrder = inOrder;
        this.retry = retry;
        this.limit = limit;
    }

    /** A subscriber under this name: a lower-case letter, then up to 23 lower-case letters, digits or dashes. */
    public static Subscriber named(String name) {
        return new Subscriber(
                Name.check(name),
                Optional.empty(),
                List.of(),
                DEFAULT_CONCURRENCY,
                false,
                Retry.DEFAULT,
                DEFAULT_LIMIT);
    }

    /** Does something with an event or a command. */
    @FunctionalInterface
    public interface Handler<E> {
        /**
         * Does it, on {@link Incoming#connection()}. What it does elsewhere may happen more than once.
         *
         * @throws Exception if it cannot be done, now or ever; nothing of it remains
         */
        void handle(E event, Incoming incoming) throws Exception;
    }

    /** The database in which it works and notes what it has applied. The {@link Troth} that offers the subscriber closes it. */
    public Subscriber on(InboxStore database) {
        return new Subscriber(name, Optional.of(database), entries, concurrency, inOrder, retry, limit);
    }

    /** Handles events and commands of this type, which has a {@link dev.troth.message.Kind}. */
    public <E> Subscriber handle(Class<E> type, Handler<E> handler) {
        return handle(Payloads.topicOf(type).name(), type, handler);
    }

    /**
     * Handles events and commands of all kinds that the pattern means, read as this type. If several patterns mean a kind, the first one
     * counts.
     *
     * @param topics as {@link TopicPattern}: {@code blog.*}
     */
    public <E> Subscriber handle(String topics, Class<E> type, Handler<E> handler) {
        List<Entry<?>> more = new ArrayList<>(entries);
        more.add(new Entry<>(new TopicPattern(topics), type, handler::handle));
        return new Subscriber(name, inbox, more, concurrency, inOrder, retry, limit);
    }

    /** How many handlers may run at once; 8 unless it is set. Each holds a connection of the database's pool. */
    public Subscriber concurrency(int handlersAtOnce) {
        if (handlersAtOnce < 1) {
            throw new TrothException(
                    "Subscriber '" + name + "' needs a concurrency of at least 1, not " + handlersAtOnce);
        }
        return new Subscriber(name, inbox, entries, handlersAtOnce, inOrder, retry, limit);
    }

    /**
     * Messages of the same key are applied one after the other, in the order in which they were published: one instance at a time gets them,
     * the others stand by. While a message waits for its next attempt, those of its key wait with it; a pause is at most a minute then, and all
     * together 20, because the message stays unacknowledged. After the last attempt it is a dead letter, and those behind it go on: replayed
     * later, it comes after them. Without this, messages are applied in any order.
     *
     * <p>It belongs to the queue at the broker, which is made at the first start: a change is refused until the queue has been deleted.
     */
    public Subscriber inOrder() {
        return new Subscriber(name, inbox, entries, concurrency, true, retry, limit);
    }

    /** When a message that could not be applied is tried again; {@link Retry#DEFAULT} unless it is set. */
    public Subscriber retry(Retry policy) {
        return new Subscriber(name, inbox, entries, concurrency, inOrder, policy, limit);
    }

    /**
     * How many messages may wait at the broker, a million unless it is set. Beyond that they wait in the outboxes of those who publish
     * them. It belongs to the queue at the broker, which is made at the first start: a change is refused until the queue has been deleted.
     */
    public Subscriber limit(int messages) {
        if (messages < 1) {
            throw new TrothException("At least 1 message of subscriber '" + name + "' may wait, not " + messages);
        }
        return new Subscriber(name, inbox, entries, concurrency, inOrder, retry, messages);
    }

    String name() {
        return name;
    }

    SubscriberSpec spec() {
        InboxStore database = inbox.orElseThrow(() -> new TrothException("Subscriber '" + name
                + "' has no database in which it could note what it has applied. Add .on(Inbox.on(dataSource))."));
        if (entries.isEmpty()) {
            throw new TrothException("Subscriber '" + name
                    + "' handles nothing. Add .handle(BlogSubmitted.class, (blog, incoming) -> …).");
        }
        if (inOrder && retry.longestInAll(SubscriberSpec.LONGEST_IN_PLACE).compareTo(LONGEST_UNACKNOWLEDGED) > 0) {
            throw new TrothException("Subscriber '" + name + "' applies messages in order, so one that fails waits"
                    + " unacknowledged, and its attempts may take longer than " + LONGEST_UNACKNOWLEDGED.toMinutes()
                    + " minutes in all; RabbitMQ closes the channel after 30. Nothing was started. Give it fewer attempts or"
                    + " shorter pauses: .retry(Retry.exponential(first, longest, attempts)).");
        }
        return new SubscriberSpec(name, database.named(name), entries, concurrency, inOrder, retry, limit);
    }
}
