package dev.troth.protocol;

/**
 * The rule for names of services and participants: a lower-case letter, then up to 23 letters, digits or dashes.
 *
 * <p>Names become parts of transaction ids, queue names and rows, so they hold no separator and have a bounded length:
 * with the longest name a {@link Gid} still fits the 64 bytes that an XA global transaction id may have.
 */
public final class Name {
    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 24;

    private static final int MIN_TOKEN = 6;
    private static final int MAX_TOKEN = 10;

    private Name() {}

    /**
     * Returns the given name.
     *
     * @throws IllegalArgumentException if it breaks the rule
     */
    public static String check(String name) {
        boolean right = !name.isEmpty() && name.length() <= MAX_LENGTH && isLetter(name.charAt(0));
        for (int i = 1; right && i < name.length(); i++) {
            char c = name.charAt(i);
            right = isLetter(c) || isDigit(c) || c == '-';
        }
        if (!right) {
            throw new IllegalArgumentException("'" + Text.quote(name)
                    + "' is not a name: a lower-case letter, then up to" + " 23 lower-case letters, digits or dashes");
        }
        return name;
    }

    /** Returns the given random identity (of an instance or a store), or throws if it cannot be one. */
    public static String checkToken(String token) {
        boolean right = token.length() >= MIN_TOKEN && token.length() <= MAX_TOKEN;
        for (int i = 0; right && i < token.length(); i++) {
            char c = token.charAt(i);
            right = isLetter(c) || isDigit(c);
        }
        if (!right) {
            throw new IllegalArgumentException(
                    "'" + Text.quote(token) + "' is not an identity: 6 to 10 lower-case letters or digits");
        }
        return token;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
