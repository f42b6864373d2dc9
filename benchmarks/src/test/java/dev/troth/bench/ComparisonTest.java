package dev.troth.bench;

import static dev.troth.bench.MadeUp.TROTH;
import static dev.troth.bench.MadeUp.TWO_COMMITS;
import static dev.troth.bench.MadeUp.line;
import static dev.troth.bench.MadeUp.with;
import static dev.troth.bench.MadeUp.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.bench.Comparison.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class ComparisonTest {
    private static final String RED = "\u001b[31m";

    /** Then ours had half the rate of two commits. */
    private final List<Line> then = List.of(line(TWO_COMMITS, 1_000), line(TROTH, 500));

    @Test
    void a_slower_machine_changes_nothing() {
        assertThat(findings(line(TWO_COMMITS, 100), line(TROTH, 50)))
                .extracting(Comparison.Finding::verdict)
                .containsExactly(Verdict.AS_BEFORE);
    }

    @Test
    void from_15_percent_on_it_is_slower() {
        assertThat(findings(line(TWO_COMMITS, 1_000), line(TROTH, 425)))
                .containsExactly(new Comparison.Finding(
                        Verdict.SLOWER,
                        "two-databases, 8 clients, Troth / two commits: 0.50 before, now 0.43 (-15 %)"));
        assertThat(findings(line(TWO_COMMITS, 1_000), line(TROTH, 426)))
                .extracting(Comparison.Finding::verdict)
                .containsExactly(Verdict.AS_BEFORE);
    }

    @Test
    void who_was_not_there_before_is_new_and_who_is_not_there_any_more_is_missing() {
        assertThat(findings(line("Narayana", 100), line(TROTH, 500)))
                .extracting(Comparison.Finding::verdict)
                .containsExactly(Verdict.NEW, Verdict.MISSING);
    }

    @Test
    void what_is_wrong_now_is_not_compared() {
        assertThat(findings(line(TWO_COMMITS, 1_000), wrong(line(TROTH, 500))))
                .extracting(Comparison.Finding::verdict)
                .containsExactly(Verdict.MISSING);
    }

    @Test
    void slower_is_red_and_makes_the_program_fail() {
        List<Line> slower = List.of(line(TWO_COMMITS, 1_000), line(TROTH, 100));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThat(tell(new Outcome(slower, Ansi.ON), out, Optional.of(then))).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(RED + "two-databases, 8 clients, Troth / two commits");
        assertThat(tell(new Outcome(then, Ansi.ON), out, Optional.of(then))).isZero();
        assertThat(tell(new Outcome(slower, Ansi.ON), out, Optional.empty())).isZero();
    }

    @Test
    void without_colours_there_are_no_escapes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        tell(new Outcome(List.of(line(TWO_COMMITS, 1_000), line(TROTH, 100)), Ansi.OFF), out, Optional.of(then));

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("SLOWER").doesNotContain("\u001b");
    }

    @Test
    void a_wrong_run_and_a_failed_run_make_the_program_fail() {
        Line failed = Line.failed(new RunFailedException("ended with 1"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThat(tell(new Outcome(List.of(wrong(line(TROTH, 1))), Ansi.OFF), out, Optional.empty()))
                .isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("1 runs were WRONG");
        assertThat(tell(new Outcome(List.of(line(TROTH, 1), failed), Ansi.OFF), out, Optional.empty()))
                .isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("; 1 gave no figures", "WRONG");
    }

    @Test
    void a_missed_wish_is_in_the_table_and_makes_the_program_fail() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Line endless = with(with(line(TROTH, 100), "flat", false), "wanted", true);
        Line refused = with(with(line("gruelbox outbox", 100), "handler_failures", 2), "undo_logs_left", 0);

        assertThat(tell(new Outcome(List.of(endless, refused), Ansi.OFF), out, Optional.empty()))
                .isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Troth (MISSED: flat)", "gruelbox outbox (MISSED: handler_failures)", "2 runs MISSED");
    }

    @Test
    void without_anything_to_compare_with_nothing_is_measured() {
        StringWriter said = new StringWriter();
        CommandLine program = new CommandLine(new Bench()).setErr(new PrintWriter(said));

        assertThat(program.execute("two-databases", "--compare", "--only", "nobody who was ever measured"))
                .isEqualTo(2);
        assertThat(said.toString()).contains("There is nothing to compare with");
    }

    private List<Comparison.Finding> findings(Line... now) {
        return new Comparison(
                        Squares.of(Workload.TWO_DATABASES, List.of(now)), Squares.of(Workload.TWO_DATABASES, then))
                .findings();
    }

    private static int tell(Outcome outcome, ByteArrayOutputStream out, Optional<List<Line>> earlier) {
        return outcome.tell(
                List.of(Workload.TWO_DATABASES), new PrintStream(out, true, StandardCharsets.UTF_8), earlier);
    }
}
