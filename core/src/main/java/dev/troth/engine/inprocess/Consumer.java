package dev.troth.engine.inprocess;

import dev.troth.spi.Transport.Receiver;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listener at an address. */
final class Consumer {
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);

    private final Mailbox mailbox;
    private final int window;
    private final Receiver receiver;
    private final Set<Handed> unsettled = new LinkedHashSet<>(); // guarded by the mailbox's lock

    Consumer(Mailbox mailbox, int window, Receiver receiver) {
        this.mailbox = mailbox;
        this.window = window;
        this.receiver = receiver;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    /** What was handed out and not settled; only for the mailbox, under its lock. */
    Set<Handed> unsettled() {
        return unsettled;
    }

    /** Whether another delivery fits into the window; only for the mailbox, under its lock. */
    boolean hasRoom() {
        return unsettled.size() < window;
    }

    boolean settled() {
        return mailbox.nothingUnsettled(this);
    }

    /** Lets everything that was handed out come again, to somebody else. */
    void giveBack() {
        mailbox.takeBack(this);
    }

    /** Calls the receiver. One that throws gets the same delivery once more; then it is set aside. */
    void receive(Handed delivery) {
        try {
            receiver.receive(delivery);
        } catch (Throwable failure) { // whatever it is, the mailbox has to go on
            LOG.error(
                    "receiver failed address={} message=\"{}\" redelivered={}: it threw instead of settling",
                    mailbox.address(),
                    delivery.envelope(),
                    delivery.redelivered(),
                    failure);
            if (delivery.redelivered()) {
                delivery.deadLetter("its receiver threw " + failure.getClass().getName());
            } else {
                delivery.release();
            }
        }
    }
}
