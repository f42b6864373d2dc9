package dev.troth.protocol;

/** Text from outside: what is in it, and how it is made fit for an error message, short and without control characters. */
public final class Text {
    private static final int SHOWN = 80;

    private Text() {}

    /** Whether there are control characters in it, such as line breaks. */
    public static boolean hasControls(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether UTF-8 can say it; it cannot say half of a surrogate pair. */
    public static boolean isEncodable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

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
