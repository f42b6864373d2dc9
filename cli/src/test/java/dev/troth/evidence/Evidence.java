package dev.troth.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What runs have left in a folder: a line of JSON for each run, or case, and the lines that the checker prints. */
final class Evidence {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern EXPLORED = Pattern.compile("(.+): ([0-9,]+) states, ([0-9.]+) M steps.*");

    private final Path folder;

    Evidence(Path folder) {
        this.folder = folder;
    }

    /** A scope that the checker has walked. */
    record Explored(String scope, long states, String millionSteps) {
        private static Explored of(MatchResult line) {
            return new Explored(line.group(1), Long.parseLong(line.group(2).replace(",", "")), line.group(3));
        }
    }

    List<Explored> explored() {
        return lines("checker.txt").stream()
                .flatMap(line -> EXPLORED.matcher(line).results())
                .map(Explored::of)
                .toList();
    }

    /** What of. */
    String exploredCommit() {
        return lines("checker.txt").get(0).replace("commit ", "");
    }

    List<JsonNode> simulations() {
        return json("sim.jsonl");
    }

    /** The cases of the matrix. */
    List<JsonNode> cases() {
        return json("matrix.jsonl");
    }

    List<JsonNode> tortures() {
        return json("torture.jsonl");
    }

    List<JsonNode> soaks() {
        return json("soak.jsonl");
    }

    private List<JsonNode> json(String file) {
        return lines(file).stream().map(Evidence::parsed).toList();
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("This is not a line of JSON: " + line, e);
        }
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("There is no evidence in " + folder.resolve(file), e);
        }
    }
}
