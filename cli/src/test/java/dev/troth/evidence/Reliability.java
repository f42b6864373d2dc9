package dev.troth.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The entry of {@code ./dev reliability}. */
final class Reliability {
    private Reliability() {}

    /** Writes the figures into the page. */
    public static void main(String[] arguments) throws IOException {
        Path docs = Path.of("docs");
        Path page = docs.resolve("reliability.md");
        Files.writeString(page, Page.with(Files.readString(page), Figures.of(new Evidence(docs.resolve("evidence")))));
        System.out.println("Wrote " + page + ".");
    }
}
