package dev.troth.protocol;

/** Text from outside, made fit for an error message: short, and without control characters. */
public final class Text {
    private static final int SHOWN = 80;

    private Text() {}

    /** Returns at most 80 characters of the text; control characters become dots. */
    public static String quote(String text) {
        return clip(text, SHOWN);
    }

    /** Returns at most {@code limit} characters of the text; control characters become dots. */
    public static String clip(String text, int limit) {
        String shown = text.length() <= limit ? text : text.substring(0, limit) + "…";
        return shown.codePoints()
                .map(c -> Character.isISOControl(c) ? '.' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
