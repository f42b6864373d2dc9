package dev.troth.protocol;

import java.util.regex.Pattern;

/**
 * The rule for names of services and participants: a lower-case letter, then up to 23 letters, digits or dashes.
 *
 * <p>Names become parts of transaction ids, queue names and rows, so they hold no separator and have a bounded length:
 * with the longest name a {@link Gid} still fits the 64 bytes that an XA global transaction id may have.
 */
public final class Name {
    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 24;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,23}");
    private static final Pattern TOKEN = Pattern.compile("[a-z0-9]{6,10}");

    private Name() {}

    /**
     * Returns the given name.
     *
     * @throws IllegalArgumentException if it breaks the rule
     */
    public static String check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + Text.quote(name)
                    + "' is not a name: a lower-case letter, then up to" + " 23 lower-case letters, digits or dashes");
        }
        return name;
    }

    /** Returns the given random identity (of an instance or a store), or throws if it cannot be one. */
    public static String checkToken(String token) {
        if (!TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "'" + Text.quote(token) + "' is not an identity: 6 to 10 lower-case letters or digits");
        }
        return token;
    }
}
