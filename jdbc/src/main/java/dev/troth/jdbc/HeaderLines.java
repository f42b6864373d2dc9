package dev.troth.jdbc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Headers as text, a line for each; what would not survive that, and what databases do not take, is written as backslash-u and four digits. */
final class HeaderLines {
    private HeaderLines() {}

    static String of(Map<String, String> headers) {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(headers).forEach((name, value) -> {
            escape(name, '=', lines);
            lines.append('=');
            escape(value, '\\', lines);
            lines.append('\n');
        });
        return lines.toString();
    }

    static Map<String, String> read(String lines) {
        Map<String, String> headers = new LinkedHashMap<>();
        lines.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals >= 0) {
                headers.put(plain(line.substring(0, equals)), plain(line.substring(equals + 1)));
            }
        });
        return headers;
    }

    private static void escape(String text, char alsoThis, StringBuilder lines) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.isSurrogate(c) || c == '\\' || c == alsoThis) {
                lines.append(String.format("\\u%04x", (int) c));
            } else {
                lines.append(c);
            }
        }
    }

    private static String plain(String escaped) {
        if (escaped.indexOf('\\') < 0) {
            return escaped;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) == '\\' && i + 6 <= escaped.length()) {
                plain.append((char) Integer.parseInt(escaped, i + 2, i + 6, 16));
                i += 5;
            } else {
                plain.append(escaped.charAt(i));
            }
        }
        return plain.toString();
    }
}
