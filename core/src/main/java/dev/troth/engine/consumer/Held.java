package dev.troth.engine.consumer;

import dev.troth.message.Delivery;
import dev.troth.message.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A message that a subscriber has and has not settled, with every delivery of it: when a connection is lost, the broker delivers once more what
 * is still at work here. All are settled alike; those whose connection is gone ignore it.
 */
final class Held implements Delivery {
    private final Delivery first;
    private final Consumer<Held> whenSettled;
    private final List<Delivery> deliveries = new ArrayList<>(); // guarded by this
    private @Nullable Consumer<Delivery> settlement;

    Held(Delivery first, Consumer<Held> whenSettled) {
        this.first = first;
        this.whenSettled = whenSettled;
        deliveries.add(first);
    }

    /** Another delivery of the same message; returns false if it comes too late. */
    synchronized boolean joined(Delivery another) {
        return settlement == null && deliveries.add(another);
    }

    private void settle(Consumer<Delivery> how) {
        List<Delivery> all;
        synchronized (this) {
            if (settlement != null) {
                return;
            }
            settlement = how;
            all = List.copyOf(deliveries);
        }
        whenSettled.accept(this);
        all.forEach(how);
    }

    @Override
    public Envelope envelope() {
        return first.envelope();
    }

    @Override
    public boolean redelivered() {
        return first.redelivered();
    }

    @Override
    public <T> Optional<T> unwrap(Class<T> type) {
        return first.unwrap(type);
    }

    @Override
    public boolean lost() {
        List<Delivery> all;
        synchronized (this) {
            all = List.copyOf(deliveries);
        }
        return all.stream().allMatch(Delivery::lost);
    }

    @Override
    public void ack() {
        settle(Delivery::ack);
    }

    @Override
    public void release() {
        settle(Delivery::release);
    }

    @Override
    public void deadLetter(String reason) {
        settle(each -> each.deadLetter(reason));
    }
}
