package dev.troth.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine in simulated histories. {@code ./dev sim} runs as many as there is time for; here are always the same ones. */
@Timeout(600)
class SimulationTest {
    private static final int BUDGET = 250;

    @Test
    void whatever_goes_wrong_all_or_nothing_is_applied_and_nothing_is_left() {
        Campaign campaign = Campaign.run(0, seed -> seed < BUDGET, progress -> {});

        Optional<History> failed = campaign.failed().map(History::shrunk);
        assertThat(failed.map(History::report))
                .as("./dev sim --seed repeats it")
                .isEmpty();
        assertThat(campaign.coverage().missing())
                .as("what never happened in %d histories, so that nothing is known of it", campaign.histories())
                .isEmpty();
    }

    @Test
    void without_faults_everything_ends_well() {
        for (long seed = 0; seed < 5; seed++) {
            History history = Simulation.ofSeed(seed).withoutFaults().run();

            assertThat(history.violations()).as("seed %d", seed).isEmpty();
            assertThat(history.coverage().of(Happening.COMMITTED)).isPositive();
        }
    }

    @Test
    void the_same_seed_makes_the_same_history() {
        for (long seed = 0; seed < 5; seed++) {
            History first = Simulation.ofSeed(seed).run();
            History second = Simulation.ofSeed(seed).run();

            assertThat(second.trace()).as("seed %d", seed).isEqualTo(first.trace());
        }
    }

    @Test
    void the_same_seed_makes_the_same_history_in_another_process() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Digests.class.getName(),
                        "7",
                        "8",
                        "9"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String digests = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(digests.strip()).isEqualTo(Digests.of(7) + " " + Digests.of(8) + " " + Digests.of(9));
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void the_faults_of_a_history_make_the_same_history_again() {
        History history = Simulation.ofSeed(3).run();

        History again = Simulation.ofSeed(3).only(history.faults()).run();

        assertThat(history.faults()).isNotEmpty();
        assertThat(again.trace()).isEqualTo(history.trace());
    }

    /** Each of these once violated a rule; CHANGELOG.md says which. */
    @ParameterizedTest
    @ValueSource(longs = {114, 102073, 102160})
    void a_history_that_once_failed_holds(long seed) {
        History history = Simulation.ofSeed(seed).run();

        assertThat(history.violations()).isEmpty();
    }
}
