package dev.troth.testkit.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits at one address, and who takes it in turns. Used under the broker's lock. */
final class Mailbox {
    private final SimulatedBroker broker;
    private final Deque<Letter> waiting = new ArrayDeque<>();
    private final List<Consumer> consumers = new ArrayList<>();
    private int next;

    Mailbox(SimulatedBroker broker) {
        this.broker = broker;
    }

    void add(Letter letter) {
        waiting.addLast(letter);
        handOut();
    }

    void putBack(Letter letter) {
        waiting.addFirst(letter.handedOutBefore());
    }

    void add(Consumer consumer) {
        consumers.add(consumer);
        handOut();
    }

    /** Returns whether nobody is left. */
    boolean remove(Consumer consumer) {
        consumers.remove(consumer);
        return consumers.isEmpty();
    }

    void forgetTransient() {
        waiting.removeIf(letter -> !letter.envelope().persistent());
    }

    /** Gives to consumers with room what they have room for. */
    void handOut() {
        for (Consumer consumer = withRoom(); consumer != null && !waiting.isEmpty(); consumer = withRoom()) {
            Letter letter = waiting.removeFirst();
            if (!letter.expired(broker.timeline.now())) {
                next = consumers.indexOf(consumer) + 1;
                consumer.take(letter);
            }
        }
    }

    private @Nullable Consumer withRoom() {
        for (int i = 0; i < consumers.size(); i++) {
            Consumer consumer = consumers.get((next + i) % consumers.size());
            if (consumer.hasRoom()) {
                return consumer;
            }
        }
        return null;
    }
}
