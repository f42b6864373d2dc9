package dev.troth.testkit;

import dev.troth.spi.Transport.Receiver;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Somebody who takes what comes to a {@link BrokerQueue}, one delivery after the other. Used under the broker's lock. */
final class BrokerConsumer {
    private static final Logger log = LoggerFactory.getLogger(BrokerConsumer.class);
    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final Executor WORKERS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), BrokerConsumer::daemon);

    private final BrokerQueue queue;
    private final int window;
    private final Receiver receiver;
    private final Set<BrokerDelivery> unsettled = new LinkedHashSet<>();
    private final Queue<BrokerDelivery> handed = new ArrayDeque<>(); // and not received
    private boolean running;

    BrokerConsumer(BrokerQueue queue, int window, Receiver receiver) {
        this.queue = queue;
        this.window = window;
        this.receiver = receiver;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "troth-memory-broker-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    BrokerQueue queue() {
        return queue;
    }

    boolean hasRoom() {
        return unsettled.size() < window;
    }

    int unsettled() {
        return unsettled.size();
    }

    boolean settled() {
        return unsettled.isEmpty();
    }

    void hand(BrokerQueue.Letter letter) {
        BrokerDelivery delivery = new BrokerDelivery(letter, this);
        unsettled.add(delivery);
        handed.add(delivery);
        if (!running) {
            running = true;
            WORKERS.execute(this::run);
        }
    }

    /** Whether it has that still, unsettled. */
    boolean has(BrokerDelivery delivery) {
        return unsettled.contains(delivery);
    }

    /** Returns whether it was not settled before, by whomever. */
    boolean settle(BrokerDelivery delivery) {
        return unsettled.remove(delivery);
    }

    /** Takes nothing new; what it has received it can still settle, but in order it comes again at once, before what follows. */
    void leave() {
        if (queue.inOrder()) {
            putBackUnsettled();
            queue.remove(this);
            return;
        }
        List<BrokerDelivery> unseen = List.copyOf(handed);
        handed.clear();
        unseen.forEach(unsettled::remove);
        unseen.forEach(delivery -> queue.putBack(delivery.letter()));
        queue.remove(this);
    }

    /** Everything comes again, to whoever is there. */
    void takeBack() {
        putBackUnsettled();
        queue.deliver();
    }

    private void putBackUnsettled() {
        unsettled.forEach(delivery -> queue.putBack(delivery.letter().again()));
        unsettled.clear();
        handed.clear();
    }

    private void run() {
        BrokerDelivery delivery = queue.broker().guarded(this::next);
        while (delivery != null) {
            receive(delivery);
            delivery = queue.broker().guarded(this::next);
        }
    }

    private @Nullable BrokerDelivery next() {
        BrokerDelivery delivery = handed.poll();
        running = delivery != null;
        return delivery;
    }

    /** Outside the lock. A receiver that throws gets the same delivery once more; then it is set aside. */
    private void receive(BrokerDelivery delivery) {
        try {
            receiver.receive(delivery);
        } catch (Throwable failure) { // whatever it is, the broker has to go on
            log.warn("receiver failed address={} message={}", queue.address(), delivery.envelope(), failure);
            if (delivery.redelivered()) {
                delivery.deadLetter("its receiver threw " + failure.getClass().getName());
            } else {
                delivery.release();
            }
        }
    }
}
