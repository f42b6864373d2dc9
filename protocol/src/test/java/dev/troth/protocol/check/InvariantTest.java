package dev.troth.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class InvariantTest {
    @Test
    void invariants_have_the_names_that_the_architecture_gives_them() throws IOException {
        String architecture = Files.readString(Path.of("..", "ARCHITECTURE.md"));

        assertThat(architecture)
                .contains(Arrays.stream(Invariant.values())
                        .map(invariant -> "**" + invariant + ".**")
                        .toList());
    }

    @Test
    void a_chart_shows_every_step_of_the_shortest_history() {
        Scope scope = Scope.of("1 branch", 1, 1);
        Rules rules = Rules.PRODUCTION.withLog(
                log -> log.withMayPurge((row, now, margin, history) -> true)); // rule 1 and 4 left out

        Exploration.Result result = new Exploration(scope, rules, EnumSet.of(Invariant.ATOMICITY), 100_000).run();

        assertThat(result.finding())
                .hasValueSatisfying(found -> assertThat(found.chart()).hasToString("""
                        coordinator               log, other instances      branch 0
                        * enlists branch 0        |                         |
                        * work returns            |                         |
                        |-- PREPARE: starts ------------------------------->|
                        |                         |                         * prepares
                        |<- YES --------------------------------------------|
                        |                         |<- INQUIRE --------------|
                        |                         * purges the row          |
                        |                         * the decision is being written
                        |                         * commits                 |
                        |                         |-- ANSWER aborted: rolls back
                        coordinator: DECIDING, log: COMMITTED, commit was decided
                        branch 0: committed 0 times, not prepared, branch row NONE
                        """));
    }
}
