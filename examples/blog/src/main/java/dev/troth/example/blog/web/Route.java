package dev.troth.example.blog.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A method, a path, and who answers. A segment of the path in braces, as in {@code /blogs/{id}}, stands for any one segment.
 */
record Route(String method, String path, Endpoint endpoint) {

    /** The values of the segments in braces if the path fits, otherwise empty. */
    Optional<Map<String, String>> match(String actual) {
        String[] expected = path.split("/", -1);
        String[] given = actual.split("/", -1);
        if (expected.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < expected.length; i++) {
            if (expected[i].startsWith("{") && !given[i].isEmpty()) {
                values.put(expected[i].substring(1, expected[i].length() - 1), given[i]);
            } else if (!expected[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }
}
