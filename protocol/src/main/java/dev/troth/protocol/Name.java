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
        if (!isName(name)) {
            throw new IllegalArgumentException("'" + Text.quote(name)
                    + "' is not a name: a lower-case letter, then up to" + " 23 lower-case letters, digits or dashes");
        }
        return name;
    }

    // Each message is full of names, so they are checked without a regular expression.

    private static boolean isName(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || !isLetter(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && !isDigit(c) && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isToken(String text) {
        if (text.length() < MIN_TOKEN || text.length() > MAX_TOKEN) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isLetter(text.charAt(i)) && !isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Returns the given random identity (of an instance or a store), or throws if it cannot be one. */
    public static String checkToken(String token) {
        if (!isToken(token)) {
            throw new IllegalArgumentException(
                    "'" + Text.quote(token) + "' is not an identity: 6 to 10 lower-case letters or digits");
        }
        return token;
    }
}
