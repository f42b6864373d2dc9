package dev.troth.rabbitmq;

import dev.troth.protocol.Address;
import dev.troth.spi.Feed;
import java.util.Optional;

/**
 * Where somebody listens.
 *
 * @param address the address
 * @param feed what a subscriber wants; empty for addresses of the commit protocol
 * @param kind the kind of commands that is wanted, with a queue of its own; empty for whatever is sent to the address
 */
record Place(Address address, Optional<Feed> feed, String kind) {
    static Place of(Address address) {
        return new Place(address, Optional.empty(), "");
    }

    static Place of(Feed feed) {
        return new Place(feed.subscriber(), Optional.of(feed), "");
    }

    static Place of(Address.Participant participant, String kind) {
        return new Place(participant, Optional.empty(), kind);
    }

    /** The routing key, and the queue's name without its prefix. */
    String key() {
        return kind.isEmpty() ? address.toString() : address + ".kind." + kind;
    }

    @Override
    public String toString() {
        return key();
    }
}
