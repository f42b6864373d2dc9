package dev.troth.rabbitmq.toolbox;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the little JSON that the management API answers with: objects as maps, arrays as lists, text, numbers as {@link BigDecimal},
 * booleans, and {@code null} as "". Bounded in depth; whatever is not JSON is an exception.
 */
final class Json {
    private static final int DEEPEST = 32;
    private static final int LONGEST_NUMBER = 40;
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,40}(\\.\\d{1,40})?([eE][+-]?\\d{1,3})?");

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** The object that the text is. */
    static Map<String, Object> object(String text) throws IOException {
        Json json = new Json(text);
        Object value = json.value(0);
        json.space();
        if (json.at < text.length() || !(value instanceof Map<?, ?> map)) {
            throw json.unreadable();
        }
        Map<String, Object> object = new TreeMap<>();
        map.forEach((name, each) -> object.put(String.valueOf(name), each));
        return object;
    }

    private Object value(int depth) throws IOException {
        space();
        if (depth > DEEPEST || at >= text.length()) {
            throw unreadable();
        }
        return switch (text.charAt(at)) {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", "");
            default -> number();
        };
    }

    private Map<String, Object> members(int depth) throws IOException {
        Map<String, Object> members = new TreeMap<>();
        at++;
        if (take('}')) {
            return members;
        }
        do {
            space();
            String name = string();
            require(':');
            members.put(name, value(depth + 1));
        } while (take(','));
        require('}');
        return members;
    }

    private List<Object> elements(int depth) throws IOException {
        List<Object> elements = new ArrayList<>();
        at++;
        if (take(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
        } while (take(','));
        require(']');
        return elements;
    }

    private String string() throws IOException {
        if (at >= text.length() || text.charAt(at) != '"') {
            throw unreadable();
        }
        StringBuilder string = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return string.toString();
            }
            string.append(c == '\\' ? escaped() : c);
        }
        throw unreadable();
    }

    /** Stays on the last character of the escape. */
    private char escaped() throws IOException {
        at++;
        if (at + 4 < text.length() && text.charAt(at) == 'u') {
            at += 4;
            try {
                return (char) Integer.parseInt(text, at - 3, at + 1, 16);
            } catch (NumberFormatException e) {
                throw unreadable();
            }
        }
        int known = at < text.length() ? "\"\\/bfnrt".indexOf(text.charAt(at)) : -1;
        if (known < 0) {
            throw unreadable();
        }
        return "\"\\/\b\f\n\r\t".charAt(known);
    }

    private Object word(String word, Object meaning) throws IOException {
        if (!text.startsWith(word, at)) {
            throw unreadable();
        }
        at += word.length();
        return meaning;
    }

    private BigDecimal number() throws IOException {
        Matcher number = NUMBER.matcher(text).region(at, Math.min(text.length(), at + 2 * LONGEST_NUMBER));
        if (!number.lookingAt()) {
            throw unreadable();
        }
        at = number.end();
        return new BigDecimal(number.group());
    }

    private void require(char expected) throws IOException {
        if (!take(expected)) {
            throw unreadable();
        }
    }

    private boolean take(char expected) {
        space();
        boolean there = at < text.length() && text.charAt(at) == expected;
        at += there ? 1 : 0;
        return there;
    }

    private void space() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IOException unreadable() {
        return new IOException("not the JSON that was expected, at character " + at);
    }
}
