package dev.troth.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SimulationTest {

    @Test
    void without_faults_everything_ends_well() {
        for (long seed = 0; seed < 5; seed++) {
            History history = Simulation.ofSeed(seed).withoutFaults().run();

            assertThat(history.violations()).as("seed %d", seed).isEmpty();
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
}
