package dev.troth.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of one run: what was run, what it measured, whether it was right, and on what machine. One line of JSON in a file.
 *
 * @param all by key
 */
record Line(Map<String, Object> all) {
    /** From so many processors on that others have used meanwhile, a run is disturbed. */
    private static final double DISTURBED = 0.25;

    /** False, or more than none, is not what was wished. */
    private static final List<String> WISHES = List.of("wanted", "flat", "undo_logs_left", "handler_failures");

    private static final String FAILED = "failed";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, Object>> FLAT = new TypeReference<>() {};

    static Line parsed(String json) {
        try {
            return new Line(JSON.readValue(json, FLAT));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("This is not a line of JSON: " + json, e);
        }
    }

    /** Of a run that gave no figures: it says why, and was not right. */
    static Line failed(RunFailedException failure) {
        return new Line(Map.of("right", false, FAILED, "it " + failure.getMessage()));
    }

    /** Those of a file; none if there is no file. */
    static List<Line> of(Path file) throws IOException {
        return Files.exists(file)
                ? Files.readAllLines(file).stream().map(Line::parsed).toList()
                : List.of();
    }

    String json() {
        try {
            return JSON.writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("This cannot be a line of JSON: " + all, e);
        }
    }

    /** The word under a key, empty if there is none. */
    String text(String key) {
        return String.valueOf(all.getOrDefault(key, ""));
    }

    double number(String key) {
        String text = text(key);
        return text.isEmpty() ? 0 : Double.parseDouble(text);
    }

    /** Whether the run said that the databases hold what they have to. One that says nothing of that is not right. */
    boolean right() {
        return Boolean.TRUE.equals(all.get("right"));
    }

    /** Why it gave no figures, empty if it gave some. */
    String failure() {
        return text(FAILED);
    }

    /** Whether it can be shown to others: of a state that is committed, and of a JVM without options. Older lines do not say the latter. */
    boolean evidence() {
        return !text("commit").endsWith("-dirty") && text("jvm").isEmpty();
    }

    /** What was wished of it and is not so, by the key that says so. The rest of its figures counts. */
    List<String> missed() {
        return WISHES.stream()
                .filter(wish ->
                        Boolean.FALSE.equals(all.get(wish)) || (all.get(wish) instanceof Number && number(wish) > 0))
                .toList();
    }

    /** Whether somebody else used the machine meanwhile. */
    boolean disturbed() {
        return number("others_cores") > DISTURBED;
    }
}
