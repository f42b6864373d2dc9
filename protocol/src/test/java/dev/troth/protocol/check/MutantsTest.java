package dev.troth.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.check.Exploration.Result;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the checker says of the protocol without one of its rules: which invariant breaks, and by which history. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MutantsTest {
    private static final int ENOUGH = 6_000_000;

    static Stream<Mutant> mutants() {
        return Stream.of(LogMutants.all(), StoreMutants.all(), CoordinatorMutants.all(), ParticipantMutants.all())
                .flatMap(mutants -> mutants);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void without_the_rule_the_invariant_breaks(Mutant mutant) {
        Result result = new Exploration(mutant.scope(), mutant.rules(), EnumSet.of(mutant.broken()), ENOUGH).run();

        assertThat(result.finding())
                .as("%s: %s still holds", mutant, mutant.broken())
                .isPresent();
        System.out.println("Without: " + mutant + " (" + mutant.scope().name() + ")");
        result.finding().ifPresent(System.out::println);
    }

    @Test
    void the_mark_of_a_rollback_saves_time_and_nothing_rests_on_it() {
        Scope scope = Scope.of("1 branch, 2 instances, without marks", 1, 2);

        Result result = new Exploration(
                        scope, Rules.PRODUCTION.withStore(StoreMutants.NO_MARK), EnumSet.allOf(Invariant.class), ENOUGH)
                .run();

        assertThat(result.finding()).isEmpty();
    }
}
