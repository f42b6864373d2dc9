package dev.troth.protocol;

import java.util.Arrays;

/**
 * What one service says to another, as bytes with the stable name of their kind. The bytes are not copied: whoever makes
 * a payload gives the array away.
 *
 * @param kind the stable name of what it is, never a class name
 * @param contentType how the bytes are to be read, for example {@code application/json}
 * @param body the bytes
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode compare the bytes
public record Payload(String kind, String contentType, byte[] body) {
    /** The longest kind and content type, in characters. */
    public static final int MAX_NAME = 100;

    /** Nothing at all: the answer of a handler that returns nothing. */
    public static final Payload NOTHING = new Payload("nothing", "application/octet-stream", new byte[0]);

    /** In place of an answer that was lost in a crash after the branch had been prepared, or had committed. */
    public static final Payload LOST = new Payload("lost", "application/octet-stream", new byte[0]);

    /** Checks the names. */
    public Payload {
        checkName("kind", kind);
        checkName("content type", contentType);
    }

    private static void checkName(String what, String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || !isPrintable(name)) {
            throw new IllegalArgumentException("A " + what + " has 1 to " + MAX_NAME
                    + " printable ASCII characters without spaces: '" + Text.quote(name) + "'");
        }
    }

    private static boolean isPrintable(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) <= ' ' || name.charAt(i) >= 127) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that
                && kind.equals(that.kind)
                && contentType.equals(that.contentType)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return kind + " (" + contentType + ", " + body.length + " bytes)";
    }
}
