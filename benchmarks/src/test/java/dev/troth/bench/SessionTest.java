package dev.troth.bench;

import static dev.troth.bench.MadeUp.TROTH;
import static dev.troth.bench.MadeUp.TWO_COMMITS;
import static dev.troth.bench.MadeUp.disturbed;
import static dev.troth.bench.MadeUp.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.bench.contender.Contenders;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final Stage.Options OPTIONS = new Stage.Options(5, 15, List.of(), Path.of("errors"));
    private static final List<Cell> CELLS = List.of(Cell.of(Contenders.TWO_COMMITS, 8), Cell.of(Contenders.TROTH, 8));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Progress progress = new Progress(
            new PrintStream(out, true, StandardCharsets.UTF_8), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), OPTIONS);
    private final List<String> written = new ArrayList<>();

    @Test
    void contenders_take_turns_round_by_round_and_each_run_is_a_line_at_once() {
        Session session = session(cell -> line(cell.contender(), 100));

        session.play(Workload.TWO_DATABASES, CELLS, 2);

        assertThat(session.lines())
                .extracting(line -> line.text("contender") + line.text("round"))
                .containsExactly("two commits1", "Troth1", "two commits2", "Troth2");
        assertThat(written).hasSize(4).allMatch(json -> json.contains("\"commit\":\"abc\""));
    }

    @Test
    void a_disturbed_run_is_marked_and_repeated_once_at_the_end_of_its_round() {
        Session session = session(
                cell -> cell.contender().equals(TWO_COMMITS) ? disturbed(line(TWO_COMMITS, 10)) : line(TROTH, 100));

        session.play(Workload.TWO_DATABASES, CELLS, 1);

        assertThat(session.lines())
                .extracting(line -> line.text("contender") + " " + line.text("disturbed") + " " + line.text("again"))
                .containsExactly("two commits true ", "Troth  ", "two commits true true");
    }

    @Test
    void a_line_says_under_which_conditions_it_was_measured() {
        Map<String, Object> facts = new Stage.Options(5, 15, List.of("-Xint", "-Xmx2g"), Path.of("errors")).facts();
        Session session = new Session(cell -> line(cell.contender(), 1), progress, line -> {}, facts);

        session.play(Workload.TWO_DATABASES, List.of(CELLS.get(0), CELLS.get(1).at("seconds", "600")), 1);

        assertThat(session.lines())
                .extracting(line -> line.text("warm") + " " + line.text("seconds") + " " + line.text("jvm"))
                .containsExactly("5 15 -Xint -Xmx2g", "5 600 -Xint -Xmx2g");
    }

    @Test
    void a_run_that_fails_is_a_line_that_says_why_and_the_others_go_on() {
        Session session = session(cell -> {
            if (cell.contender().equals(TWO_COMMITS)) {
                throw new RunFailedException("ended with 1 and no figures. Its last words: oh");
            }
            return line(TROTH, 100);
        });

        session.play(Workload.TWO_DATABASES, CELLS, 1);

        assertThat(session.lines()).extracting(Line::right).containsExactly(false, true);
        assertThat(written.get(0)).contains("two commits", "\"failed\":\"it ended with 1 and no figures");
        assertThat(new Tables(Squares.of(Workload.TWO_DATABASES, session.lines())).markdown())
                .contains("| two commits | WRONG |");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("two-databases, 8 clients, two commits, round 1: FAILED: it ended with 1 and no figures");
    }

    @Test
    void what_is_left_is_what_runs_take_and_what_they_took_besides() {
        CELLS.forEach(cell -> progress.expect(cell, 3));
        assertThat(progress.remaining()).isEqualTo(Duration.ofSeconds(6 * (20 + 6)));

        progress.starts(CELLS.get(0), false);
        progress.ended(Workload.TWO_DATABASES, CELLS.get(0), 1, line(TWO_COMMITS, 1));

        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("1 of 6, ").contains("tx/s 1, ");
    }

    @Test
    void a_cell_may_take_longer_than_is_usual() {
        progress.expect(CELLS.get(0).at("seconds", "600"), 1);

        assertThat(progress.remaining()).isEqualTo(Duration.ofSeconds(5 + 600 + 6));
    }

    @Test
    void a_cell_may_have_a_limit_of_its_own() {
        Duration usual = Duration.ofSeconds(345);

        assertThat(CELLS.get(0).limit(usual)).isEqualTo(usual);
        assertThat(Workload.BACKLOG.cells()).allMatch(cell -> cell.limit(usual).equals(Duration.ofMinutes(30)));
    }

    @Test
    void a_setting_makes_another_contender_and_a_place_does_not() {
        Cell cell = Cell.of(Contenders.TROTH_OVER_RABBIT, 8);

        assertThat(cell.with("layout", "per kind").contender()).isEqualTo("Troth over RabbitMQ (per kind)");
        assertThat(cell.at("layout", "per kind").contender()).isEqualTo("Troth over RabbitMQ");
        assertThat(cell.at("layout", "per kind").facts()).containsEntry("layout", "per kind");
    }

    private Session session(Session.Player player) {
        return new Session(player, progress, line -> written.add(line.json()), Map.of("commit", "abc", "session", "1"));
    }
}
