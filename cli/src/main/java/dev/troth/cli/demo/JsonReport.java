package dev.troth.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/** For programs: one JSON document at the end on stdout; progress goes to stderr. */
final class JsonReport implements Report {
    private static final ObjectMapper JSON = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private final PrintWriter out;
    private final PrintWriter err;

    JsonReport(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void progress(String line) {
        err.println(line);
        err.flush();
    }

    @Override
    public void scene(SceneResult result) {
        progress(result.number() + ". " + result.title() + ": " + (result.ok() ? "OK" : "WRONG"));
    }

    @Override
    public void end(List<SceneResult> results, Duration took) {
        boolean ok = results.stream().allMatch(SceneResult::ok);
        Document document = new Document(
                ok, took.toMillis(), results.stream().map(Scene::of).toList());
        try {
            out.println(JSON.writeValueAsString(document));
            out.flush();
        } catch (JsonProcessingException e) {
            throw new DemoException("A record of strings and numbers is JSON", e);
        }
    }

    private record Document(boolean ok, long tookMs, List<Scene> scenes) {}

    private record Scene(
            int number,
            String title,
            boolean ok,
            String complaint,
            Counts counted,
            Counts expected,
            List<Line> timeline) {
        static Scene of(SceneResult result) {
            List<Line> lines = result.timeline().stream()
                    .map(entry -> new Line(
                            Duration.between(result.start(), entry.at()).toMillis(), entry.who(), entry.text()))
                    .toList();
            return new Scene(
                    result.number(),
                    result.title(),
                    result.ok(),
                    result.complaint(),
                    result.counted(),
                    result.expected(),
                    lines);
        }
    }

    private record Line(long ms, String who, String text) {}
}
