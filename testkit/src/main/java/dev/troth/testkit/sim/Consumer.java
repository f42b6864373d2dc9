package dev.troth.testkit.sim;

import dev.troth.protocol.Address;
import dev.troth.spi.Transport.Receiver;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A listener at one address, over one connection. Used under the broker's lock. */
final class Consumer {
    private final Port port;
    private final Address address;
    private final int window;
    private final Receiver receiver;
    private final Set<Handed> unsettled = new LinkedHashSet<>();

    Consumer(Port port, Address address, int window, Receiver receiver) {
        this.port = port;
        this.address = address;
        this.window = window;
        this.receiver = receiver;
    }

    Port port() {
        return port;
    }

    Address address() {
        return address;
    }

    Receiver receiver() {
        return receiver;
    }

    boolean hasRoom() {
        return unsettled.size() < window;
    }

    int unsettled() {
        return unsettled.size();
    }

    void take(Letter letter) {
        Handed handed = new Handed(this, letter);
        unsettled.add(handed);
        port.deliver(handed);
    }

    /** Settles it; what is to come again does. Does nothing if the connection was lost since, and it is somebody else's. */
    void settle(Handed handed, boolean again) {
        if (unsettled.remove(handed)) {
            port.broker().find(address).ifPresent(mailbox -> {
                if (again) {
                    mailbox.putBack(handed.letter());
                }
                mailbox.handOut();
            });
        }
    }

    /** The connection is lost: everything unsettled is for others, in its old order, if the broker did not forget it. */
    void giveBack(boolean forgetTransient) {
        List<Handed> left = new ArrayList<>(unsettled);
        unsettled.clear();
        port.broker().find(address).ifPresent(mailbox -> putBack(left, forgetTransient, mailbox));
    }

    private static void putBack(List<Handed> left, boolean forgetTransient, Mailbox mailbox) {
        for (int i = left.size() - 1; i >= 0; i--) {
            Letter letter = left.get(i).letter();
            if (!forgetTransient || letter.envelope().persistent()) {
                mailbox.putBack(letter);
            }
        }
        mailbox.handOut();
    }
}
