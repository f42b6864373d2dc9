package dev.troth.proof;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A transport that sends everything twice, and remembers it to be sent again much later. */
final class Echo implements Transport {
    private final Transport real;
    private final List<Sending> sent = new CopyOnWriteArrayList<>();

    private record Sending(Address to, Envelope envelope) {}

    Echo(Transport real) {
        this.real = real;
    }

    @Override
    public Subscription listen(Address address, int window, Receiver receiver) {
        return real.listen(address, window, receiver);
    }

    @Override
    public CompletionStage<Sent> send(Address to, Envelope envelope) {
        sent.add(new Sending(to, envelope));
        CompletionStage<Sent> first = real.send(to, envelope);
        return first.thenCombine(real.send(to, envelope), (one, two) -> one);
    }

    /** Sends everything once more, in the order in which it was sent. */
    void sendEverythingAgain() {
        sent.forEach(sending -> real.send(sending.to(), sending.envelope())
                .toCompletableFuture()
                .join());
    }

    @Override
    public boolean connected() {
        return real.connected();
    }

    @Override
    public void close() {
        real.close();
    }
}
