package dev.troth;

import dev.troth.engine.inprocess.Bus;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import java.util.concurrent.CompletionStage;

/**
 * Carries envelopes between services of one JVM, for several databases without a broker. The services meet on one bus: the
 * first transport is made with {@link #create()}, every further service gets its own by {@link #join()}, and each is closed
 * on its own, as by {@code Troth.close()}.
 *
 * <pre>{@code
 * InProcessTransport bus = InProcessTransport.create();
 * Troth.builder("review").transport(bus.join()) …
 * Troth.builder("blog").transport(bus) …
 * }</pre>
 *
 * <p>Guarantees: a send waits for nobody and its stage is complete when it returns; receivers run on the threads of those who send or
 * settle, one at a time for an address, never inside another delivery; those at the same address take turns, within their windows; what a
 * closed transport left unsettled comes again to another one. Nothing outlives the JVM: an address at which nobody listens is
 * {@link Sent#UNROUTABLE}, a participant's too, and {@link Envelope#persistent()} has no effect. What is dead-lettered is logged at warn and dropped.
 *
 * <p>Bounds: an address holds 10,000 messages or 64 MiB that nobody has taken yet; beyond that sends complete exceptionally.
 */
public final class InProcessTransport implements Transport {
    private final Bus bus;
    private final Transport port;

    private InProcessTransport(Bus bus) {
        this.bus = bus;
        this.port = bus.join();
    }

    /** The first transport of a new bus. */
    public static InProcessTransport create() {
        return new InProcessTransport(new Bus(System::nanoTime));
    }

    /**
     * Another transport of the same bus, for another service.
     *
     * @throws dev.troth.spi.TransportException if every transport of the bus was closed, which ends the bus
     */
    public InProcessTransport join() {
        return new InProcessTransport(bus);
    }

    @Override
    public Subscription listen(Address address, int window, Receiver receiver) {
        return port.listen(address, window, receiver);
    }

    @Override
    public CompletionStage<Sent> send(Address to, Envelope envelope) {
        return port.send(to, envelope);
    }

    @Override
    public boolean connected() {
        return port.connected();
    }

    @Override
    public void close() {
        port.close();
    }
}
