package dev.troth.protocol.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.check.Exploration.Result;
import dev.troth.protocol.check.Scope.Feature;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The checker in a second: scopes small enough to be walked once for every change that mutation testing makes to the rules. What the
 * whole of them is, is in {@link ExhaustiveTest}.
 */
class SmallScopesTest {
    private static final int LIMIT = 200_000;

    static Stream<Scope> scopes() {
        return Stream.of(
                Scope.of("1 branch", 1, 1, Feature.READ_ONLY, Feature.SLOW_STATEMENTS),
                Scope.of("1 branch, local work, slow", 1, 1, Feature.LOCAL_WORK, Feature.SLOW_PARTICIPANTS),
                Scope.of("1 branch, a person", 1, 1, Feature.PERSON),
                Scope.of("1 branch, forgetful broker", 1, 1, Feature.FORGETFUL_BROKER),
                Scope.of("one phase", 1, 2, Feature.ONE_PHASE, Feature.SLOW_PARTICIPANTS),
                Scope.of("2 branches, reliable", 2, 1, Feature.RELIABLE_PARTICIPANTS));
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void every_invariant_holds_in_every_state(Scope scope) {
        Result result = new Exploration(scope, Rules.PRODUCTION, scope.invariants(), LIMIT).run();

        assertThat(result.finding()).isEmpty();
    }
}
