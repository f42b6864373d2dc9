package dev.troth.rabbitmq;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport.Sent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Sends what the commit protocol says, through the queues of a {@link QueueLayout}. */
@FunctionalInterface
interface Posting {
    /** As {@link dev.troth.spi.Transport#send}. */
    CompletionStage<Sent> send(Address to, Envelope envelope);

    /** Ends whatever is its own. */
    default void close() throws InterruptedException {}

    /** Straight to the address. */
    static Posting direct(Outgoing outgoing, Topology topology) {
        return (to, envelope) -> outgoing.send(topology.route(to), envelope);
    }

    /** If nobody took it on the first way, the second. A copy that may have been taken on the first is not forgotten. */
    static CompletionStage<Sent> orElse(CompletionStage<Sent> first, Supplier<CompletionStage<Sent>> second) {
        return first.thenCompose(sent -> switch (sent) {
            case ACCEPTED, REFUSED -> CompletableFuture.completedStage(sent);
            case UNROUTABLE -> second.get();
            case GONE -> second.get().thenApply(then -> then == Sent.UNROUTABLE ? Sent.GONE : then);
        });
    }
}
