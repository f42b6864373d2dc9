package dev.troth.spi;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.protocol.Text;
import dev.troth.spi.OutboxStore.Outgoing;

/** What a message must be so that every database gives it back as it was. */
final class OutgoingLimits {
    private OutgoingLimits() {}

    static void check(Address to, String key, String kind, Envelope envelope) {
        if (!(to instanceof Address.Topic || to instanceof Address.Subscriber)) {
            throw refused("goes to a topic or a subscriber", to.toString());
        }
        if (!envelope.persistent()) {
            throw refused("is persistent: it must not be lost", envelope.messageId());
        }
        if (key.isEmpty() || envelope.messageId().isEmpty()) {
            throw refused("has a key and an id", envelope.messageId());
        }
        checkText("a key", key);
        checkText("a kind", kind);
        checkText("an id", envelope.messageId());
        checkText("a type of envelope", envelope.type());
        checkText("a correlation id", envelope.correlationId());
        checkText("a content type", envelope.contentType());
        envelope.headers().forEach(OutgoingLimits::checkHeader);
    }

    private static void checkText(String what, String text) {
        if (text.length() > Outgoing.MAX_LENGTH || !isPlain(text)) {
            throw refused(
                    "has " + what + " of at most " + Outgoing.MAX_LENGTH
                            + " characters and without control characters, and this one has " + text.length(),
                    text);
        }
    }

    private static void checkHeader(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || !isPlain(name) || !isPlain(value)) {
            throw refused(
                    "has headers without control characters, and names of headers without '='", name + "=" + value);
        }
    }

    /** No line breaks and the like, and nothing that UTF-8 cannot say: half of a surrogate pair. */
    private static boolean isPlain(String text) {
        return !Text.hasControls(text) && Text.isEncodable(text);
    }

    private static IllegalArgumentException refused(String rule, String found) {
        return new IllegalArgumentException(
                "A message of an outbox " + rule + ": '" + Text.quote(found) + "'. Nothing was added.");
    }
}
