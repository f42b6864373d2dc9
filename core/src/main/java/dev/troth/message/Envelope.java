package dev.troth.message;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * One message as a transport carries it: properties that brokers know, short text headers, and bytes. The body is not
 * copied: whoever makes an envelope gives the array away.
 *
 * @param type the message type, for example {@code PREPARE}
 * @param messageId unique per message; a copy that is sent again has the same
 * @param correlationId the transaction it belongs to
 * @param contentType how the body is to be read
 * @param timeToLive after this nobody needs the message any more and the transport may drop it; zero means no limit
 * @param persistent the transport must not lose it once its send has completed; otherwise a restart may forget it
 * @param headers further headers, names and values printable text
 * @param body the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode compare the bytes
public record Envelope(
        String type,
        String messageId,
        String correlationId,
        String contentType,
        Duration timeToLive,
        boolean persistent,
        Map<String, String> headers,
        byte[] body) {

    /** Copies the headers. */
    public Envelope {
        headers = Map.copyOf(headers);
    }

    /** Returns the header of that name, or "" if there is none. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Envelope that
                && type.equals(that.type)
                && messageId.equals(that.messageId)
                && correlationId.equals(that.correlationId)
                && contentType.equals(that.contentType)
                && timeToLive.equals(that.timeToLive)
                && persistent == that.persistent
                && headers.equals(that.headers)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return 31 * messageId.hashCode() + Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return type + " id=" + messageId + " correlation=" + correlationId + " bytes=" + body.length;
    }
}
