package dev.troth.bench;

import static dev.troth.bench.MadeUp.TROTH;
import static dev.troth.bench.MadeUp.TWO_COMMITS;
import static dev.troth.bench.MadeUp.line;
import static dev.troth.bench.MadeUp.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What docs/performance.md says is what the runs have measured. */
class PerformanceTest {
    private static final Path DOCS = Path.of("../docs");

    @Test
    void the_figures_of_the_page_are_those_of_the_evidence() throws IOException {
        String page = Files.readString(DOCS.resolve(Performance.PAGE));
        Figures figures = new Figures(evidence());

        assertThat(Page.with(page, figures::block, figures::number))
                .as("docs/performance.md after ./dev performance")
                .isEqualTo(page);
    }

    @Test
    void the_charts_are_those_of_the_evidence() throws IOException {
        Map<String, String> drawn = new TreeMap<>();
        for (Path file : Performance.files(DOCS.resolve(Performance.CHARTS))) {
            drawn.put(file.getFileName().toString(), Files.readString(file));
        }

        assertThat(drawn).as("docs/performance after ./dev performance").isEqualTo(new Figures(evidence()).charts());
    }

    @Test
    void every_line_of_the_evidence_is_of_a_run_that_was_right() throws IOException {
        assertThat(evidence()).allMatch(Line::right);
    }

    @Test
    void every_line_of_the_evidence_is_of_what_is_committed_and_of_a_jvm_without_options() throws IOException {
        assertThat(evidence()).allMatch(Line::evidence);
        assertThat(with(line(TROTH, 1), "commit", "abc-dirty").evidence()).isFalse();
        assertThat(with(line(TROTH, 1), "jvm", "-Xint").evidence()).isFalse();
    }

    @Test
    void every_workload_is_on_the_page() throws IOException {
        assertThat(Files.readString(DOCS.resolve(Performance.PAGE)))
                .contains(Arrays.stream(Workload.values())
                        .map(workload -> "<!-- figures of " + workload.title() + " -->")
                        .toList());
    }

    @Test
    void a_number_within_a_sentence_is_a_median_or_a_ratio() {
        Figures figures = new Figures(List.of(line(TWO_COMMITS, 1_000), line(TROTH, 450)));
        String page = "It is <!-- = two-databases; 8; Troth / two commits; rate -->9<!-- . --> of"
                + " <!-- = two-databases; 8; two commits; rate -->9<!-- . -->, at 1 <!-- = two-databases; 1; Troth; p50 --><!-- . -->";

        assertThat(Page.with(page, figures::block, figures::number).replaceAll("<!--.*?-->", ""))
                .isEqualTo("It is 0.45 of 1,000, at 1 (not measured yet)");
    }

    @Test
    void a_page_that_wants_figures_that_there_are_not_is_refused() {
        Figures figures = new Figures(List.of());

        assertThatThrownBy(() -> figures.block("speed"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'speed'");
        assertThatThrownBy(() -> figures.number("8; Troth")).isInstanceOf(IllegalArgumentException.class);
        assertThat(figures.block("two-databases")).isEqualTo("Not measured yet.\n");
    }

    @Test
    void a_block_shows_its_chart_its_tables_and_where_they_come_from() {
        assertThat(new Figures(List.of(line(TWO_COMMITS, 1_000), line(TROTH, 450))).block("two-databases"))
                .contains(
                        "![two-databases](performance/two-databases.svg)",
                        "| Troth | 450 |  | 0.45 × |",
                        "2 runs, medians; none of them disturbed by others; commit `abc`.");
    }

    private static List<Line> evidence() throws IOException {
        return Line.of(DOCS.resolve(Performance.EVIDENCE));
    }
}
