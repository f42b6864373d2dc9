package dev.troth.example.blog.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is answered to a request.
 *
 * @param status the HTTP status
 * @param contentType how the body is to be read
 * @param headers further headers
 * @param text the body
 */
public record Answer(int status, String contentType, Map<String, String> headers, String text) {
    private static final ObjectMapper JSON =
            new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    /** Copies the headers. */
    public Answer {
        headers = Map.copyOf(headers);
    }

    /** A value as JSON; components of records become snake_case. */
    public static Answer json(int status, Object value) {
        return new Answer(status, "application/json", Map.of(), write(value));
    }

    /** A problem, as RFC 9457 writes it. */
    public static Answer problem(Problem problem) {
        return new Answer(problem.status(), "application/problem+json", problem.headers(), write(problem.members()));
    }

    /** The same with a further header. */
    public Answer header(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Answer(status, contentType, all, text);
    }

    byte[] body() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An answer cannot be written as JSON: " + value, e);
        }
    }
}
