package dev.troth.rabbitmq;

import dev.troth.protocol.Address;
import dev.troth.spi.Feed;
import java.util.Optional;

/**
 * Where somebody listens.
 *
 * @param address the address
 * @param feed what a subscriber wants; empty for addresses of the commit protocol
 */
record Place(Address address, Optional<Feed> feed) {
    static Place of(Address address) {
        return new Place(address, Optional.empty());
    }

    static Place of(Feed feed) {
        return new Place(feed.subscriber(), Optional.of(feed));
    }
}
