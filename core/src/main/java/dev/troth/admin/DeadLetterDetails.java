package dev.troth.admin;

import dev.troth.protocol.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is known of a dead letter.
 *
 * @param letter what a list says of it
 * @param payload its kind, content type and body
 * @param correlationId what it belongs to
 * @param headers its headers, as they came
 * @param stack its last failure with its stack, or as much of it as was kept
 * @param version grows with everything that happens to it
 * @param history what happened to it before the last failure and since, the oldest first
 */
public record DeadLetterDetails(
        DeadLetterSummary letter,
        Payload payload,
        String correlationId,
        Map<String, String> headers,
        String stack,
        int version,
        List<DeadLetterEntry> history) {

    /** Copies the collections. */
    public DeadLetterDetails {
        headers = Map.copyOf(headers);
        history = List.copyOf(history);
    }

    /** The body, if it is text: UTF-8 without control characters other than tabs and ends of lines. */
    public Optional<String> text() {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload.body()))
                    .toString();
            boolean readable =
                    text.chars().allMatch(c -> !Character.isISOControl(c) || c == '\t' || c == '\n' || c == '\r');
            return readable ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException noText) {
            return Optional.empty();
        }
    }

    /** The last thing that somebody did to it, if anybody has. */
    public Optional<DeadLetterEntry> lastChange() {
        return history.stream()
                .filter(entry -> entry.verb() != DeadLetterVerb.FAILED)
                .reduce((earlier, later) -> later);
    }
}
