package dev.troth.testkit;

import dev.troth.message.Delivery;
import dev.troth.spi.Transport.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A receiver that keeps what arrives, unsettled, until a test takes it. */
public final class Arrivals implements Receiver {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

    /** Nothing has arrived. */
    public Arrivals() {}

    @Override
    public void receive(Delivery delivery) {
        deliveries.add(delivery);
    }

    /** Waits for the next delivery, at most 60 s. */
    public Delivery take() throws InterruptedException {
        Delivery delivery = deliveries.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (delivery == null) {
            throw new AssertionError("Nothing arrived within " + PATIENCE);
        }
        return delivery;
    }

    /** Waits for that many deliveries. */
    public List<Delivery> take(int count) throws InterruptedException {
        List<Delivery> taken = new ArrayList<>();
        while (taken.size() < count) {
            taken.add(take());
        }
        return taken;
    }

    /** How many have arrived and were not taken. */
    public int waiting() {
        return deliveries.size();
    }
}
