package dev.troth.protocol;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A global transaction id that says by itself who can answer for the transaction.
 *
 * <p>Its text has five parts, for example {@code blog.k3f9q2.x7w2m4pq.mc8v1zt0.2a}: the service that started it, the
 * identity of that service's decision log, the instance that coordinates it, the deadline (milliseconds since 1970, base
 * 36) and a counter of the instance (base 36). So a participant that finds nothing but a prepared transaction in its
 * database after a disaster still knows whom to ask and until when a decision is possible. The text has at most 64
 * characters, which is what XA allows for a global transaction id.
 *
 * <p>Two ids are equal if their texts are. The text is made once: an id is written, compared and looked up several times in the life of its
 * transaction.
 */
public final class Gid {
    /** The longest text of an id, in characters. */
    public static final int MAX_LENGTH = 64;

    private static final long MAX_MILLIS = Long.parseLong("zzzzzzzzz", 36);
    private static final long MAX_NUMBER = Long.parseLong("zzzzzzzz", 36);

    private static final int RADIX = 36;
    private static final int PARTS = 5;

    private final String service;
    private final String log;
    private final String instance;
    private final Instant deadline;
    private final long number;
    private final String text;

    /**
     * Checks every part, so that an id that exists is an id that can be sent, stored and logged.
     *
     * @param service the service that started the transaction; {@link Name} says what a name may be
     * @param log the identity of the decision log, drawn once when its tables were created
     * @param instance the identity of the coordinating process, drawn at its start
     * @param deadline after this, by the log's own clock, the transaction can no longer commit; whole milliseconds
     * @param number unique within the instance
     */
    public Gid(String service, String log, String instance, Instant deadline, long number) {
        this.service = Name.check(service);
        this.log = Name.checkToken(log);
        this.instance = Name.checkToken(instance);
        this.deadline = deadline;
        this.number = number;
        if (log.length() != 6 || instance.length() != 8) {
            throw new IllegalArgumentException("A log has 6 characters and an instance 8: " + log + ", " + instance);
        }
        long millis = deadline.toEpochMilli();
        if (millis < 0 || millis > MAX_MILLIS || !deadline.equals(Instant.ofEpochMilli(millis))) {
            throw new IllegalArgumentException("A deadline has whole milliseconds and lies after 1970: " + deadline);
        }
        if (number < 0 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("A transaction number lies between 0 and " + MAX_NUMBER + ": " + number);
        }
        this.text = service
                + '.'
                + log
                + '.'
                + instance
                + '.'
                + Long.toString(millis, RADIX)
                + '.'
                + Long.toString(number, RADIX);
    }

    /**
     * Reads an id back from its text.
     *
     * @throws IllegalArgumentException if the text is not exactly one that {@link #toString()} could have made
     */
    public static Gid parse(String text) {
        String[] parts = text.length() > MAX_LENGTH ? new String[0] : text.split("\\.", -1);
        if (parts.length != PARTS) {
            throw notOne(text, null);
        }
        Gid gid;
        try {
            Instant deadline = Instant.ofEpochMilli(Long.parseLong(parts[3], RADIX));
            gid = new Gid(parts[0], parts[1], parts[2], deadline, Long.parseLong(parts[4], RADIX));
        } catch (IllegalArgumentException e) {
            throw notOne(text, e);
        }
        if (!gid.text.equals(text)) { // a sign, a leading zero, a capital letter
            throw notOne(text, null);
        }
        return gid;
    }

    private static IllegalArgumentException notOne(String text, @Nullable IllegalArgumentException why) {
        return new IllegalArgumentException("'" + Text.quote(text) + "' is not a transaction id", why);
    }

    /** The service that started the transaction. */
    public String service() {
        return service;
    }

    /** The identity of the decision log. */
    public String log() {
        return log;
    }

    /** The identity of the coordinating process. */
    public String instance() {
        return instance;
    }

    /** After this, by the log's own clock, the transaction can no longer commit. */
    public Instant deadline() {
        return deadline;
    }

    /** The number within the instance. */
    public long number() {
        return number;
    }

    /** The instance that coordinates this transaction, while it lives. */
    public Address coordinator() {
        return new Address.Instance(service, instance);
    }

    /** Every instance that shares the decision log of this transaction. */
    public Address decisionLog() {
        return new Address.Log(service);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Gid gid && gid.text.equals(text));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The text of five parts. */
    @Override
    public String toString() {
        return text;
    }
}
