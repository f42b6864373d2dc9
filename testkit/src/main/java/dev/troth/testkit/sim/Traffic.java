package dev.troth.testkit.sim;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import java.util.Optional;

/** Watches what a broker carries, and says what goes wrong with it. */
interface Traffic {
    /** Nothing goes wrong. */
    Traffic UNDISTURBED = new Traffic() {
        @Override
        public Optional<Fault> sent(Life from, Address to, Envelope envelope) {
            return Optional.empty();
        }

        @Override
        public void unroutable(Address to, Envelope envelope) {}

        @Override
        public void delivered(String to, Envelope envelope, boolean again) {}

        @Override
        public void lostTrack(String from) {}
    };

    /** A message is sent; returns what goes wrong with it. May hold up the sender. */
    Optional<Fault> sent(Life from, Address to, Envelope envelope);

    /** Nobody is at its address. */
    void unroutable(Address to, Envelope envelope);

    /** It is given to a consumer. */
    void delivered(String to, Envelope envelope, boolean again);

    /** A connection broke before the sender knew what became of a message. */
    void lostTrack(String from);
}
