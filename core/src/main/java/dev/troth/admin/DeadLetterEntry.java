package dev.troth.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * One line of the history of a dead letter.
 *
 * @param at when, by the clock of the subscriber's database
 * @param verb what happened
 * @param by who did it; "" for {@link DeadLetterVerb#FAILED}
 * @param note why; for {@link DeadLetterVerb#FAILED} the failure in a line
 * @param oldBody for {@link DeadLetterVerb#EDITED} the body as it was before
 */
public record DeadLetterEntry(Instant at, DeadLetterVerb verb, String by, String note, Optional<byte[]> oldBody) {
    @Override
    public String toString() {
        return verb + (by.isEmpty() ? "" : " by " + by) + " at " + at + (note.isEmpty() ? "" : ": " + note);
    }
}
