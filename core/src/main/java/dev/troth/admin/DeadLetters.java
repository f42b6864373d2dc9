package dev.troth.admin;

import java.util.List;
import java.util.Optional;

/**
 * The messages that one subscriber could not apply, and what an operator does with them. From {@code troth.deadLetters("notes")}, at any
 * instance that offers the subscriber.
 *
 * <p>A replay goes to that subscriber and to nobody else, with the id and the headers that the message had, and its attempts begin anew. It
 * is sent first and marked when the broker has confirmed it, so a crash in between leaves it {@link DeadLetterState#KEPT} and it is sent
 * twice; the subscriber's inbox applies it once. Every verb is noted with the name of who did it, in the transaction that did it; nothing is
 * deleted. Settled letters and their history are, after 30 days.
 *
 * <p>Every method blocks, and throws {@link dev.troth.tx.TrothException} without having done anything if there is no such letter or an
 * argument is missing, and {@code StoreException} if the subscriber's database fails: its message says what is certain. Safe for use by
 * several threads and several operators.
 */
public interface DeadLetters {
    /** Those that are kept, by kind and class of their last failure, the largest group first. */
    List<DeadLetterGroup> groups();

    /**
     * Those that the filter means, the newest first.
     *
     * @param limit how many at most: 1 to 10,000
     */
    List<DeadLetterSummary> list(DeadLetterFilter filter, int limit);

    /** Everything that is known of a letter; empty if there is none of that id. */
    Optional<DeadLetterDetails> show(String messageId);

    /**
     * Sends a letter to its subscriber once more.
     *
     * @param by who wants it
     * @throws DeadLetterChangedException if somebody else was first, with what he did
     * @throws NotReplayedException if the broker did not take it; it is still kept
     */
    void replay(String messageId, String by);

    /** As {@link #replayAll(DeadLetterFilter, int, String, Watch)}, to its end. */
    default ReplayReport replayAll(DeadLetterFilter filter, int perSecond, String by) {
        return replayAll(filter, perSecond, by, soFar -> true);
    }

    /**
     * Sends all that the filter means and that are kept at this moment, the oldest first, one after the other. It ends before that, and
     * says why, when the watch says so, when the thread is interrupted, or when the broker or the database does not answer as it should;
     * what was not sent is still kept.
     *
     * @param perSecond how many a second at most, at least 1
     * @param by who wants it
     * @param watch is told after each
     */
    ReplayReport replayAll(DeadLetterFilter filter, int perSecond, String by, Watch watch);

    /**
     * Changes the body of a letter and sends it once more. The change is durable before it is sent; the history keeps what was before.
     *
     * @param newBody is refused if it is too large, or cannot be read as what the subscriber handles
     * @param by who wants it
     * @throws DeadLetterChangedException if somebody else was first, with what he did
     * @throws NotReplayedException if the broker did not take it; it is still kept, with the new body
     */
    void editAndReplay(String messageId, byte[] newBody, String by);

    /**
     * Says that a letter is not needed. It stays where it is, and can still be looked at.
     *
     * @param by who says so
     * @param why for those who look at it later
     * @throws DeadLetterChangedException if somebody else was first, with what he did
     */
    void discard(String messageId, String by, String why);

    /** Watches a long replay. */
    @FunctionalInterface
    interface Watch {
        /** Whether to go on. */
        boolean goOn(ReplayReport soFar);
    }
}
