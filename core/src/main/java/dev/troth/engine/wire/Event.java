package dev.troth.engine.wire;

import dev.troth.admin.DeadLetterDetails;
import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.protocol.Payload;
import dev.troth.protocol.Text;
import dev.troth.spi.OutboxStore.Outgoing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * An event or command, as it travels: a CloudEvent 1.0 in binary mode, its attributes as headers.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents 1.0</a>
 * @param id unique among all events of its source; a copy that is sent again has the same
 * @param key the subject: events of the same key keep their order; the id where that does not matter
 * @param payload kind and bytes
 */
public record Event(String id, String key, Payload payload) {
    /** The type of envelopes that carry events and commands. */
    public static final String TYPE = "EVENT";

    /** Before the name of each attribute. */
    static final String PREFIX = "cloudEvents_";

    /** How often it was tried before, if it was. */
    private static final String ATTEMPT = "troth-attempt";

    private static final String REPLAY = "troth-replay";

    private static final int MAX_ATTEMPT = 1_000_000;

    /** The longest id and key, in characters. */
    public static final int MAX_TEXT = 200;

    /** Checks id and key. */
    public Event {
        check("id", id);
        check("key", key);
    }

    private static void check(String what, String text) {
        if (text.isEmpty() || text.length() > MAX_TEXT || !text.strip().equals(text) || Text.hasControls(text)) {
            throw new IllegalArgumentException("The " + what + " of an event has 1 to " + MAX_TEXT
                    + " characters, no space at either end and no control characters: '" + Text.quote(text) + "'");
        }
    }

    /** As it is written to the outbox. */
    public Outgoing to(Address address, String source, String correlation, String traceparent, Instant now) {
        Map<String, String> headers = new HashMap<>();
        headers.put(PREFIX + "specversion", "1.0");
        headers.put(PREFIX + "id", id);
        headers.put(PREFIX + "source", source);
        headers.put(PREFIX + "type", payload.kind());
        headers.put(PREFIX + "subject", key);
        headers.put(PREFIX + "time", now.toString());
        if (!traceparent.isEmpty()) {
            headers.put("traceparent", traceparent);
        }
        Envelope envelope = new Envelope(
                TYPE, id, correlation, payload.contentType(), Duration.ZERO, true, headers, payload.body());
        return new Outgoing(address, key, payload.kind(), envelope);
    }

    /**
     * Reads what has arrived.
     *
     * @throws MalformedMessageException if it is no event
     */
    public static Event read(Envelope envelope) throws MalformedMessageException {
        String kind = envelope.header(PREFIX + "type");
        if (kind.isEmpty()) {
            throw new MalformedMessageException("it has no header " + PREFIX + "type, which says what it is");
        }
        String key = envelope.header(PREFIX + "subject");
        try {
            return new Event(
                    envelope.messageId(),
                    key.isEmpty() ? envelope.messageId() : key,
                    new Payload(kind, envelope.contentType(), envelope.body()));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException(String.valueOf(e.getMessage()));
        }
    }

    /** The number of this attempt, from 1. */
    public static int attempt(Envelope envelope) {
        String text = envelope.header(ATTEMPT);
        try {
            return text.isEmpty() ? 1 : Math.max(1, Math.min(Integer.parseInt(text), MAX_ATTEMPT));
        } catch (NumberFormatException notOurs) {
            return 1;
        }
    }

    /** Whether it was sent once more from the dead letters. */
    public static boolean isReplay(Envelope envelope) {
        return !envelope.header(REPLAY).isEmpty();
    }

    /** A message as it was kept, to be sent again: its attempts begin anew. */
    public static Envelope again(DeadLetterDetails kept, byte[] body) {
        Map<String, String> headers = new HashMap<>(kept.headers());
        headers.remove(ATTEMPT);
        headers.put(REPLAY, "true");
        return new Envelope(
                TYPE,
                kept.letter().messageId(),
                kept.correlationId(),
                kept.payload().contentType(),
                Duration.ZERO,
                true,
                headers,
                body);
    }

    /** The same message for the attempt of that number. */
    public static Envelope forAttempt(Envelope envelope, int attempt) {
        Map<String, String> headers = new HashMap<>(envelope.headers());
        headers.put(ATTEMPT, Integer.toString(attempt));
        return new Envelope(
                envelope.type(),
                envelope.messageId(),
                envelope.correlationId(),
                envelope.contentType(),
                Duration.ZERO,
                true,
                headers,
                envelope.body());
    }
}
