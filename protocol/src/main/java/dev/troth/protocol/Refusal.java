package dev.troth.protocol;

/**
 * Why a branch voted no.
 *
 * @param reason the class of the reason, for code to act on
 * @param message what happened, for people; at most {@link #MAX_MESSAGE} characters
 */
public record Refusal(Reason reason, String message) {
    /** The longest message, in characters: longer ones are cut. */
    public static final int MAX_MESSAGE = 1000;

    /** Cuts the message and removes control characters from it: it travels in a header and ends in logs. */
    public Refusal {
        message = Text.clip(message, MAX_MESSAGE);
    }

    /** The classes of reasons, as far apart as a caller would act differently on them. */
    public enum Reason {
        /** The handler refused on purpose: a rule of the business. Asking again gives the same answer. */
        REFUSED,
        /** A constraint of the database (SQLSTATE class 23): a duplicate key, a missing parent, a failed check. */
        CONSTRAINT,
        /** A deadlock, a serialization failure or a lock time-out: the same transaction may succeed if tried again. */
        CONFLICT,
        /** The participant's database, or a connection to it, could not be had. */
        UNAVAILABLE,
        /** No more branches can be prepared at the moment. */
        OVERLOADED,
        /** The deadline passed before the branch was prepared. */
        TIMED_OUT,
        /** Nobody offers a participant of that name. */
        UNKNOWN_PARTICIPANT,
        /** The participant has no handler for that kind of payload. */
        UNKNOWN_KIND,
        /** The payload could not be read, or is too large. */
        BAD_PAYLOAD,
        /** The handler did what a branch may not do: it committed, closed its connection, swallowed a failed statement. */
        MISUSE,
        /** Anything unexpected. */
        ERROR
    }

    @Override
    public String toString() {
        return reason + ": " + message;
    }
}
