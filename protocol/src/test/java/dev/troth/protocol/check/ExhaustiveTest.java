package dev.troth.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.check.Exploration.Result;
import dev.troth.protocol.check.Scope.Feature;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class ExhaustiveTest {
    @Test
    void one_branch() {
        holds(Scope.of("1 branch, alone", 1, 1));
        holds(Scope.of("1 branch, local", 1, 1, Feature.LOCAL_WORK));
        holds(Scope.of("1 branch 2 instances, local", 1, 2, Feature.LOCAL_WORK));
        holds(Scope.of("2 branches, local", 2, 1, Feature.LOCAL_WORK));
    }

    private static void holds(Scope scope) {
        long start = System.nanoTime();
        Result result = new Exploration(scope, Rules.PRODUCTION, EnumSet.allOf(Invariant.class), 20_000_000).run();
        System.out.println(scope.name() + ": " + result.states() + " states, " + result.steps() + " steps, "
                + (System.nanoTime() - start) / 1_000_000 + " ms");
        result.finding().ifPresent(finding -> System.out.println(finding.invariant() + "\n" + finding.chart()));
        assertThat(result.finding()).isEmpty();
    }
}
