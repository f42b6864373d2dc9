package dev.troth.admin;

import dev.troth.protocol.Text;
import dev.troth.tx.TrothException;
import java.util.Optional;

/** Somebody else was first: the dead letter is not kept any more, or not as it was when this began. */
public final class DeadLetterChangedException extends TrothException {
    private static final long serialVersionUID = 1L;

    private final DeadLetterState state;
    private final transient Optional<DeadLetterEntry> change;

    /**
     * Creates it.
     *
     * @param found the letter as it is now
     * @param done what was done before that was seen, as a sentence
     */
    public DeadLetterChangedException(DeadLetterDetails found, String done) {
        super("Dead letter '" + Text.quote(found.letter().messageId()) + "' is "
                + found.letter().state() + " now: "
                + found.lastChange().map(DeadLetterEntry::toString).orElse("it has failed again") + ". " + done);
        this.state = found.letter().state();
        this.change = found.lastChange();
    }

    /** What it is now. */
    public DeadLetterState state() {
        return state;
    }

    /** What happened to it, who did it and when; empty if it has failed once more. */
    public Optional<DeadLetterEntry> change() {
        return change;
    }
}
