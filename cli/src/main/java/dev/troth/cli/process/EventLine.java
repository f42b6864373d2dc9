package dev.troth.cli.process;

import dev.troth.protocol.Gid;
import dev.troth.tx.TransactionEvent;
import java.time.Instant;
import java.util.Optional;

/**
 * One change of state as a line of text, by which a process tells its parent: {@code event}, the time in milliseconds since 1970,
 * the service, the type, the transaction and the words, separated by tabs.
 *
 * @param at when it was told, by the clock of the machine
 * @param service who tells it
 * @param type the simple name of the {@link TransactionEvent}
 * @param gid the transaction
 * @param text the event in words
 */
public record EventLine(Instant at, String service, String type, Gid gid, String text) {
    private static final int PARTS = 6;

    /** What a listener has heard. */
    public static EventLine of(Instant at, String service, TransactionEvent event) {
        return new EventLine(at, service, event.getClass().getSimpleName(), event.gid(), Narration.of(event));
    }

    /** Reads a line back; empty if it is another one. */
    public static Optional<EventLine> parse(String line) {
        String[] parts = line.split("\t", PARTS);
        if (parts.length < PARTS || !parts[0].equals("event")) {
            return Optional.empty();
        }
        return Optional.of(new EventLine(
                Instant.ofEpochMilli(Long.parseLong(parts[1])), parts[2], parts[3], Gid.parse(parts[4]), parts[5]));
    }

    @Override
    public String toString() {
        return String.join("\t", "event", Long.toString(at.toEpochMilli()), service, type, gid.toString(), text);
    }
}
