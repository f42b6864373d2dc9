package dev.troth.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troth.cli.harness.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What docs/reliability.md says is what the runs have shown. */
class ReliabilityTest {
    private static final Path DOCS = Path.of("../docs");

    private final Evidence evidence = new Evidence(DOCS.resolve("evidence"));

    @Test
    void the_figures_of_the_page_are_those_of_the_evidence() throws IOException {
        String page = Files.readString(DOCS.resolve("reliability.md"));

        assertThat(Page.with(page, Figures.of(evidence)))
                .as("docs/reliability.md after ./dev reliability")
                .isEqualTo(page);
    }

    @Test
    void every_run_of_the_evidence_has_passed() {
        assertThat(evidence.explored()).isNotEmpty();
        assertThat(evidence.simulations())
                .isNotEmpty()
                .allMatch(run -> run.required("failed").asLong() == 0);
        assertThat(evidence.cases())
                .isNotEmpty()
                .allMatch(each -> each.required("passed").asBoolean());
        assertThat(evidence.tortures())
                .isNotEmpty()
                .allMatch(run -> run.required("passed").asBoolean());
        assertThat(evidence.soaks())
                .isNotEmpty()
                .allMatch(run -> run.required("passed").asBoolean()
                        && run.required("wrong").isEmpty());
    }

    @Test
    void a_soak_of_a_million_messages_is_there_in_which_things_broke() {
        assertThat(evidence.soaks())
                .anyMatch(run -> run.required("messages").asLong() >= 1_000_000
                        && !run.required("faults").isEmpty());
    }

    @Test
    void after_a_kill_99_of_100_are_unlocked_within_three_seconds() {
        List<Long> unlocked = evidence.cases().stream()
                .filter(each -> each.required("harm").asText().equals("kill -9"))
                .map(each -> each.required("unlocked_millis").asLong())
                .toList();

        assertThat(Spread.of(unlocked).p99()).isLessThanOrEqualTo(3_000);
    }

    @Test
    void a_killed_leader_stalls_commits_for_less_than_two_seconds_in_nine_of_ten_cases() {
        List<Long> stalls = evidence.tortures().stream()
                .flatMap(run -> StreamSupport.stream(
                        run.required("leader_kill_stall_millis").spliterator(), false))
                .map(JsonNode::asLong)
                .sorted()
                .toList();

        assertThat(stalls).isNotEmpty();
        assertThat(stalls.get((int) Math.ceil(stalls.size() * 0.9) - 1)).isLessThanOrEqualTo(2_000);
    }

    @Test
    void a_page_that_wants_figures_that_there_are_not_is_refused() {
        String page = "<!-- figures of speed -->\nold\n<!-- end of figures -->";

        assertThatThrownBy(() -> Page.with(page, Map.of("checker", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'speed'");
        assertThat(Page.with(page, Map.of("speed", "| 1 |\n")))
                .isEqualTo("<!-- figures of speed -->\n\n| 1 |\n\n<!-- end of figures -->");
    }
}
