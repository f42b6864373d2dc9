package dev.troth.protocol;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A global transaction id that says by itself who can answer for the transaction.
 *
 * <p>Its text has five parts, for example {@code blog.k3f9q2.x7w2m4pq.mc8v1zt0.2a}: the service that started it, the
 * identity of that service's decision log, the instance that coordinates it, the deadline (milliseconds since 1970, base
 * 36) and a counter of the instance (base 36). So a participant that finds nothing but a prepared transaction in its
 * database after a disaster still knows whom to ask and until when a decision is possible. The text has at most 64
 * characters, which is what XA allows for a global transaction id.
 *
 * @param service the service that started the transaction; {@link Name} says what a name may be
 * @param log the identity of the decision log, drawn once when its tables were created
 * @param instance the identity of the coordinating process, drawn at its start
 * @param deadline after this, by the log's own clock, the transaction can no longer commit; whole milliseconds
 * @param number unique within the instance
 */
public record Gid(String service, String log, String instance, Instant deadline, long number) {
    /** The longest text of an id, in characters. */
    public static final int MAX_LENGTH = 64;

    private static final long MAX_MILLIS = Long.parseLong("zzzzzzzzz", 36);
    private static final long MAX_NUMBER = Long.parseLong("zzzzzzzz", 36);

    private static final Pattern TEXT = Pattern.compile(
            "([a-z][a-z0-9-]{0,23})\\.([a-z0-9]{6})\\.([a-z0-9]{8})\\.([0-9a-z]{1,9})\\.([0-9a-z]{1,8})");

    /** Checks every part, so that an id that exists is an id that can be sent, stored and logged. */
    public Gid {
        Name.check(service);
        Name.checkToken(log);
        Name.checkToken(instance);
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
    }

    /**
     * Reads an id back from its text.
     *
     * @throws IllegalArgumentException if the text is not exactly one that {@link #toString()} could have made
     */
    public static Gid parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (text.length() > MAX_LENGTH || !parts.matches()) {
            throw new IllegalArgumentException("'" + Text.quote(text) + "' is not a transaction id");
        }
        Gid gid = new Gid(
                parts.group(1),
                parts.group(2),
                parts.group(3),
                Instant.ofEpochMilli(Long.parseLong(parts.group(4), 36)),
                Long.parseLong(parts.group(5), 36));
        if (!gid.toString().equals(text)) {
            throw new IllegalArgumentException("'" + Text.quote(text) + "' is not in the one form of a transaction id");
        }
        return gid;
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
    public String toString() {
        return service
                + '.'
                + log
                + '.'
                + instance
                + '.'
                + Long.toString(deadline.toEpochMilli(), 36)
                + '.'
                + Long.toString(number, 36);
    }
}
