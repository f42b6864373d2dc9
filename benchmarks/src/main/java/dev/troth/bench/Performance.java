package dev.troth.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The entry of {@code ./dev performance}: writes the figures of docs/evidence/bench.jsonl into docs/performance.md, and its charts. */
final class Performance {
    /** The lines of the runs that the page shows, in the folder of documents. */
    static final Path EVIDENCE = Path.of("evidence", "bench.jsonl");

    static final Path PAGE = Path.of("performance.md");
    static final Path CHARTS = Path.of("performance");

    private Performance() {}

    /** Writes it. */
    public static void main(String[] arguments) throws IOException {
        write(Path.of("docs"));
        System.out.println("Wrote docs/" + PAGE + " and its charts.");
    }

    static void write(Path docs) throws IOException {
        Figures figures = new Figures(Line.of(docs.resolve(EVIDENCE)));
        Path page = docs.resolve(PAGE);
        Files.writeString(page, Page.with(Files.readString(page), figures::block, figures::number));
        Path folder = Files.createDirectories(docs.resolve(CHARTS));
        for (Path old : files(folder)) {
            Files.delete(old);
        }
        for (Map.Entry<String, String> chart : figures.charts().entrySet()) {
            Files.writeString(folder.resolve(chart.getKey()), chart.getValue());
        }
    }

    static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }
}
