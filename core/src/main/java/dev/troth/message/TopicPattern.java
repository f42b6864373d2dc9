package dev.troth.message;

import dev.troth.protocol.Text;
import java.util.regex.Pattern;

/**
 * Which topics are meant: their name, with {@code *} for any one word and {@code #} for any number of words, as in AMQP. So
 * {@code blog.*} means {@code blog.submitted}, and {@code blog.#} also {@code blog} and {@code blog.submitted.twice}.
 *
 * @param text the pattern
 */
public record TopicPattern(String text) {
    private static final Pattern VALID = Pattern.compile("(\\*|#|[a-z0-9-]+)(\\.(\\*|#|[a-z0-9-]+))*");
    private static final int MAX_LENGTH = 200;

    /** Checks the text. */
    public TopicPattern {
        if (text.length() > MAX_LENGTH || !VALID.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + Text.quote(text)
                    + "' is not a pattern of topics: words of lower-case letters, digits or dashes, '*' or '#', with dots"
                    + " between them, " + MAX_LENGTH + " characters at most");
        }
    }

    /** Whether the topic of that name is meant. */
    public boolean matches(String topic) {
        return matches(text.split("\\."), 0, topic.split("\\."), 0);
    }

    private static boolean matches(String[] pattern, int p, String[] topic, int t) {
        if (p == pattern.length) {
            return t == topic.length;
        }
        if (pattern[p].equals("#")) {
            return matches(pattern, p + 1, topic, t) || (t < topic.length && matches(pattern, p, topic, t + 1));
        }
        return t < topic.length
                && (pattern[p].equals("*") || pattern[p].equals(topic[t]))
                && matches(pattern, p + 1, topic, t + 1);
    }

    @Override
    public String toString() {
        return text;
    }
}
