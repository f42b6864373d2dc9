package dev.troth.rabbitmq;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.Transport.Sent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/**
 * A PREPARE goes to the queue of its kind, everything else to the address. Where nobody has such a queue, the PREPARE goes to the
 * address, too: whoever is there knows what to do with a kind that it does not handle, and when nobody is there, that is said at once.
 */
final class KindPosting implements Posting {
    private static final int LONGEST_KIND = 100;

    private final Posting direct;
    private final Outgoing outgoing;
    private final Topology topology;

    KindPosting(Posting direct, Outgoing outgoing, Topology topology) {
        this.direct = direct;
        this.outgoing = outgoing;
        this.topology = topology;
    }

    @Override
    public CompletionStage<Sent> send(Address to, Envelope envelope) {
        String kind = envelope.header("troth-kind");
        if (!(to instanceof Address.Participant participant)
                || !envelope.type().equals("PREPARE")
                || kind.isEmpty()
                || kind.getBytes(StandardCharsets.UTF_8).length > LONGEST_KIND) {
            return direct.send(to, envelope);
        }
        Route route = topology.route(Place.of(participant, kind));
        return Posting.orElse(outgoing.send(route, envelope), () -> direct.send(to, envelope));
    }
}
