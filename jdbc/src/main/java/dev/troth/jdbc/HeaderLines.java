package dev.troth.jdbc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Headers as text, a line for each; what would not survive that, and what databases do not take, is written as backslash-u and four digits. */
final class HeaderLines {
    private HeaderLines() {}

    static String of(Map<String, String> headers) {
        return new TreeMap<>(headers)
                .entrySet().stream()
                        .map(header -> escaped(header.getKey(), "=") + '=' + escaped(header.getValue(), ""))
                        .collect(Collectors.joining("\n"));
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

    private static String escaped(String text, String alsoThese) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.isSurrogate(c) || c == '\\' || alsoThese.indexOf(c) >= 0) {
                escaped.append('\\').append('u').append(String.format("%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static String plain(String escaped) {
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
