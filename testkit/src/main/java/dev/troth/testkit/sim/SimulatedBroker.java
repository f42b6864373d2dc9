package dev.troth.testkit.sim;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport.Sent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A broker as the transport's contract wants it, in memory: it keeps the addresses of participants and logs, and what waits there;
 * an instance's address is gone with its connection. It forgets transient messages when it restarts. Its connections can break, in
 * either direction, and come back.
 *
 * <p>One lock guards everything; nobody is called under it.
 */
final class SimulatedBroker {
    final Timeline timeline;
    final Traffic traffic;
    private final Object lock = new Object();
    private final Map<Address, Mailbox> mailboxes = new LinkedHashMap<>(); // guarded by lock
    private final List<Port> ports = new ArrayList<>(); // guarded by lock
    private boolean up = true; // guarded by lock

    SimulatedBroker(Timeline timeline, Traffic traffic) {
        this.timeline = timeline;
        this.traffic = traffic;
    }

    /** A connection for a process. */
    Port connect(String name, Life life) {
        synchronized (lock) {
            Port port = new Port(this, name, life, up);
            ports.add(port);
            return port;
        }
    }

    Object lock() {
        return lock;
    }

    boolean isUp() {
        return up;
    }

    void forget(Port port) {
        ports.remove(port);
    }

    /** Every connection breaks; what is transient is gone. */
    void stop() {
        List<Port> connected;
        synchronized (lock) {
            up = false;
            connected = List.copyOf(ports);
        }
        connected.forEach(Port::breakOff);
        synchronized (lock) {
            mailboxes.values().forEach(Mailbox::forgetTransient);
        }
    }

    /** It is back, and so are, after a while, its connections. */
    void start() {
        synchronized (lock) {
            up = true;
            ports.forEach(Port::reconnectSoon);
        }
    }

    /** How many messages were given to consumers and not settled. */
    int unsettled() {
        synchronized (lock) {
            return ports.stream().mapToInt(Port::unsettled).sum();
        }
    }

    // ---- under the lock

    void join(Consumer consumer) {
        mailboxes.computeIfAbsent(consumer.address(), at -> new Mailbox(this)).add(consumer);
    }

    Optional<Mailbox> find(Address address) {
        return Optional.ofNullable(mailboxes.get(address));
    }

    void leave(Consumer consumer) {
        Mailbox mailbox = mailboxes.get(consumer.address());
        if (mailbox != null && mailbox.remove(consumer) && consumer.address() instanceof Address.Instance) {
            mailboxes.remove(consumer.address());
        }
    }

    Sent route(Address to, Envelope envelope, Optional<Fault> fault) {
        Mailbox mailbox = mailboxes.get(to);
        if (mailbox == null) {
            return Sent.UNROUTABLE;
        }
        Letter letter = Letter.posted(envelope, timeline.now());
        if (fault.isEmpty()) {
            mailbox.add(letter);
            return Sent.ACCEPTED;
        }
        switch (fault.get().kind()) {
            case LOSE -> {}
            case DUPLICATE -> {
                mailbox.add(letter);
                addLater(to, letter, fault.get());
            }
            default -> addLater(to, letter, fault.get());
        }
        return Sent.ACCEPTED;
    }

    private void addLater(Address to, Letter letter, Fault fault) {
        long delay = Math.max(timeline.latency(), fault.length().toNanos());
        timeline.after(delay, Life.OF_THE_WORLD, () -> {
            synchronized (lock) {
                Mailbox mailbox = mailboxes.get(to);
                if (mailbox != null) {
                    mailbox.add(letter);
                }
            }
        });
    }
}
