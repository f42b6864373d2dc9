package dev.troth.testkit;

import dev.troth.message.Envelope;
import dev.troth.message.TopicPattern;
import dev.troth.protocol.Address;
import dev.troth.spi.Feed;
import dev.troth.spi.Transport.Receiver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What waits at one address of an {@link InMemoryBroker}, by number: what comes back has its old place. Used under the broker's lock.
 */
final class BrokerQueue {
    private static final int ROOM = 1_000_000;

    private final InMemoryBroker broker;
    private final Address address;
    private final TreeMap<Long, Letter> ready = new TreeMap<>();
    private final List<BrokerConsumer> consumers = new ArrayList<>();
    private final List<BrokerConsumer> departed = new ArrayList<>(); // with something unsettled
    private Set<TopicPattern> topics = Set.of();
    private boolean inOrder;
    private int limit = ROOM;
    private long last;
    private int next;

    BrokerQueue(InMemoryBroker broker, Address address) {
        this.broker = broker;
        this.address = address;
    }

    /**
     * A message that waits.
     *
     * @param number its place
     * @param posted when it came, by the broker's time
     * @param redelivered whether somebody has had it
     */
    record Letter(long number, Envelope envelope, long posted, boolean redelivered) {
        boolean expired(long now) {
            return !envelope.timeToLive().isZero()
                    && now - posted >= envelope.timeToLive().toNanos();
        }

        Letter again() {
            return new Letter(number, envelope, posted, true);
        }
    }

    InMemoryBroker broker() {
        return broker;
    }

    Address address() {
        return address;
    }

    void want(Feed feed) {
        topics = feed.topics();
        inOrder = feed.inOrder();
        limit = feed.limit();
    }

    boolean wants(Address to) {
        return to instanceof Address.Topic topic
                ? topics.stream().anyMatch(pattern -> pattern.matches(topic.name()))
                : to.equals(address);
    }

    BrokerConsumer add(int window, Receiver receiver) {
        BrokerConsumer consumer = new BrokerConsumer(this, window, receiver);
        consumers.add(consumer);
        deliver();
        return consumer;
    }

    void remove(BrokerConsumer consumer) {
        if (consumers.remove(consumer)) {
            departed.add(consumer);
            broker.left(this);
            deliver();
        }
    }

    boolean abandoned() {
        return consumers.isEmpty();
    }

    /** Returns whether there was room. */
    boolean offer(Envelope envelope) {
        if (ready.size() >= limit) {
            return false;
        }
        put(envelope);
        return true;
    }

    void put(Envelope envelope) {
        last++;
        ready.put(last, new Letter(last, envelope, broker.now(), false));
        deliver();
    }

    /** It is handed out with the next {@link #deliver}, when everything is back that comes with it. */
    void putBack(Letter letter) {
        ready.put(letter.number(), letter);
    }

    /** What was handed out comes again, and what is not persistent is gone. */
    void crash() {
        consumers.forEach(BrokerConsumer::takeBack);
        List.copyOf(departed).forEach(BrokerConsumer::takeBack);
        ready.values().removeIf(letter -> !letter.envelope().persistent());
    }

    /** Hands out as much as there is room for. */
    void deliver() {
        while (broker.up()) {
            departed.removeIf(BrokerConsumer::settled);
            Letter letter = first();
            BrokerConsumer consumer = letter == null ? null : consumerWithRoom();
            if (letter == null || consumer == null) {
                return;
            }
            ready.remove(letter.number());
            consumer.hand(letter);
        }
    }

    int size() {
        deliver(); // what has expired does not count
        return ready.size()
                + consumers.stream().mapToInt(BrokerConsumer::unsettled).sum()
                + departed.stream().mapToInt(BrokerConsumer::unsettled).sum();
    }

    private @Nullable Letter first() {
        long now = broker.now();
        while (!ready.isEmpty()) {
            Letter letter = ready.firstEntry().getValue();
            if (!letter.expired(now)) {
                return letter;
            }
            ready.pollFirstEntry();
        }
        return null;
    }

    /** In order, it is the eldest, and only when those who have left are done. */
    private @Nullable BrokerConsumer consumerWithRoom() {
        if (inOrder) {
            boolean ours = departed.isEmpty()
                    && !consumers.isEmpty()
                    && consumers.get(0).hasRoom();
            return ours ? consumers.get(0) : null;
        }
        for (int i = 0; i < consumers.size(); i++) {
            BrokerConsumer consumer = consumers.get((next + i) % consumers.size());
            if (consumer.hasRoom()) {
                next = consumers.indexOf(consumer) + 1;
                return consumer;
            }
        }
        return null;
    }
}
