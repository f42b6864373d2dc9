package dev.troth.spi;

import dev.troth.admin.DeadLetterDetails;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterGroup;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.protocol.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The dead letters of one consumer, as {@link InboxStore#keep} has left them, and what was done to them. Every change is noted in the history
 * of its letter, in the same transaction, and made only if the letter is as it was when it was looked at: that is what its version tells. All
 * methods throw {@link StoreException} when the database fails. {@code DeadLetterStoreContract} in troth-testkit proves an
 * implementation. Safe for use by several threads.
 */
public interface DeadLetterStore {
    /** The clock by which letters were kept. */
    Instant now();

    /** Those that are kept, by kind and type of their last failure. */
    List<DeadLetterGroup> groups();

    /** Those that the filter means, the newest first. */
    List<DeadLetterSummary> list(DeadLetterFilter filter, int limit);

    /**
     * Those that the filter means, the oldest first; letters of the same time by their id.
     *
     * @param after goes on behind that letter; empty begins
     */
    List<DeadLetterSummary> next(DeadLetterFilter filter, Optional<DeadLetterSummary> after, int limit);

    /** Everything that is known of a letter. */
    Optional<DeadLetterDetails> find(String messageId);

    /** Marks a letter that was sent once more. */
    Marked replayed(Step step);

    /** Marks a letter that is not needed; returns whether that was done, which it is not if the letter has changed or is not kept. */
    boolean discarded(Step step);

    /** Gives a letter another body; returns whether that was done, which it is not if the letter has changed or is not kept. */
    boolean edited(Step step, byte[] newBody);

    /**
     * Deletes letters that were settled so long ago, with their history.
     *
     * @param limit how many letters at most
     * @return how many
     */
    int purge(Duration settledFor, int limit);

    /**
     * A change of a letter.
     *
     * @param messageId which letter
     * @param version its version when it was looked at
     * @param by who changes it: 1 to 100 characters
     * @param note why: at most 1,000 characters
     */
    record Step(String messageId, int version, String by, String note) {
        /** The longest name, in characters. */
        public static final int MAX_BY = 100;
        /** The longest note, in characters. */
        public static final int MAX_NOTE = 1_000;

        /** Checks the texts. */
        public Step {
            if (by.isBlank() || by.length() > MAX_BY || !isPlain(by)) {
                throw new IllegalArgumentException("Whoever changes a dead letter has a name of 1 to " + MAX_BY
                        + " characters, without control characters: '" + Text.quote(by) + "'. Nothing was done.");
            }
            if (note.length() > MAX_NOTE || !isPlain(note)) {
                throw new IllegalArgumentException("A note about a dead letter has at most " + MAX_NOTE
                        + " characters, without control characters, and this one has " + note.length() + ": '"
                        + Text.quote(note) + "'. Nothing was done.");
            }
        }

        private static boolean isPlain(String text) {
            return !Text.hasControls(text);
        }
    }

    /** What became of the mark of a letter that was sent. */
    enum Marked {
        /** It is replayed. */
        DONE,
        /** It has failed again or was edited meanwhile, so it is kept; that it was sent is in its history. */
        STILL_KEPT,
        /** Somebody else has settled it; nothing was noted. */
        NOT_KEPT
    }
}
