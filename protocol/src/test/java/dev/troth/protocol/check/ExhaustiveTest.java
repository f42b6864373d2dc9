package dev.troth.protocol.check;

import static dev.troth.protocol.check.Scope.Feature.FORGETFUL_BROKER;
import static dev.troth.protocol.check.Scope.Feature.LINGERING_SESSIONS;
import static dev.troth.protocol.check.Scope.Feature.LOCAL_WORK;
import static dev.troth.protocol.check.Scope.Feature.MARKS_GET_LOST;
import static dev.troth.protocol.check.Scope.Feature.NO_RETENTION;
import static dev.troth.protocol.check.Scope.Feature.ONE_PHASE;
import static dev.troth.protocol.check.Scope.Feature.PERSON;
import static dev.troth.protocol.check.Scope.Feature.READ_ONLY;
import static dev.troth.protocol.check.Scope.Feature.RELIABLE_PARTICIPANTS;
import static dev.troth.protocol.check.Scope.Feature.SLOW_PARTICIPANTS;
import static dev.troth.protocol.check.Scope.Feature.SLOW_STATEMENTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.troth.protocol.check.Exploration.Result;
import dev.troth.protocol.check.Scope.Feature;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every invariant holds in every state that the production rules can reach. {@link Scope} says what is walked, {@link Space} what makes
 * it small enough; beyond that nothing is left out: within a scope, every interleaving is walked.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ExhaustiveTest {
    private static final int LIMIT = 60_000_000;

    /** All that can happen to one branch and its initiator. */
    private static final Set<Feature> ALL_OF_ONE_BRANCH =
            EnumSet.of(SLOW_PARTICIPANTS, LINGERING_SESSIONS, READ_ONLY, PERSON, SLOW_STATEMENTS, MARKS_GET_LOST);

    /** With the number of states, which shows what a change of the rules, or of the checker, has opened or closed. */
    static Stream<Arguments> scopes() {
        return Stream.of(
                arguments(
                        new Scope("1 branch at 2 instances, everything", 1, 2, ALL_OF_ONE_BRANCH).with(LOCAL_WORK),
                        521_678),
                arguments(
                        new Scope("1 branch, everything, forgetful broker", 1, 1, ALL_OF_ONE_BRANCH)
                                .with(FORGETFUL_BROKER),
                        321_656),
                arguments(
                        new Scope("1 branch, everything, rows purged at the deadline", 1, 1, ALL_OF_ONE_BRANCH)
                                .with(NO_RETENTION),
                        119_090),
                arguments(Scope.of("2 branches, local work", 2, 1, LOCAL_WORK, SLOW_STATEMENTS), 1_547_577),
                arguments(
                        Scope.of("2 branches, no local work, rows purged at the deadline", 2, 1, NO_RETENTION),
                        1_580_779),
                arguments(
                        Scope.of("one phase at 2 instances", 1, 2, ONE_PHASE, SLOW_PARTICIPANTS, LINGERING_SESSIONS),
                        564),
                arguments(
                        Scope.of("one phase, forgetful broker", 1, 1, ONE_PHASE, SLOW_PARTICIPANTS, FORGETFUL_BROKER),
                        639));
    }

    static Stream<Scope> largeScopes() {
        return Stream.of(
                new Scope("1 branch at 2 instances, everything, no local work", 1, 2, ALL_OF_ONE_BRANCH),
                new Scope("1 branch at 2 instances, everything, forgetful broker", 1, 2, ALL_OF_ONE_BRANCH)
                        .with(FORGETFUL_BROKER),
                Scope.of(
                        "2 branches, local work, read-only, lingering sessions",
                        2,
                        1,
                        LOCAL_WORK,
                        READ_ONLY,
                        LINGERING_SESSIONS),
                Scope.of("2 branches, slow participants", 2, 1, SLOW_PARTICIPANTS),
                Scope.of("2 branches, a person", 2, 1, LOCAL_WORK, PERSON),
                Scope.of("2 branches, no local work, read-only", 2, 1, READ_ONLY, SLOW_STATEMENTS),
                Scope.of("2 branches, forgetful broker", 2, 1, FORGETFUL_BROKER),
                Scope.of("3 branches, local work, reliable participants", 3, 1, LOCAL_WORK, RELIABLE_PARTICIPANTS),
                Scope.of("3 branches, no local work, reliable participants", 3, 1, RELIABLE_PARTICIPANTS));
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void every_invariant_holds_in_every_state(Scope scope, int states) {
        assertThat(check(scope)).isEqualTo(states);
    }

    @Tag("large")
    @ParameterizedTest
    @MethodSource("largeScopes")
    void every_invariant_holds_in_every_state_of_larger_scopes(Scope scope) {
        assertThat(check(scope)).isPositive();
    }

    /** Returns how many states there are. */
    private static int check(Scope scope) {
        long start = System.nanoTime();

        Result result = new Exploration(scope, Rules.PRODUCTION, scope.invariants(), LIMIT).run();

        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        assertThat(result.finding()).isEmpty();
        System.out.println(String.format(Locale.ROOT, "%s, %.1f s", result, taken.toMillis() / 1e3));
        return result.states();
    }
}
