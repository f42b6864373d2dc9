package dev.troth.protocol.check;

import static dev.troth.protocol.check.Invariant.ATOMICITY;
import static dev.troth.protocol.check.Invariant.COMMIT_ONLY_AFTER_THE_DECISION;
import static dev.troth.protocol.check.Invariant.HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED;
import static dev.troth.protocol.check.Invariant.THE_LOGS_CLOCK_DECIDES;
import static dev.troth.protocol.check.Invariant.UNKNOWN_IS_NEVER_GUESSED;

import dev.troth.protocol.Outcome;
import dev.troth.protocol.Standing;
import dev.troth.protocol.check.Scope.Feature;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules;
import dev.troth.protocol.log.LogRules.Recorded;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The decision log without one of its rules: 1, 4, 6 and 10, and that the first writer wins. */
final class LogMutants {
    private static final Scope ONE = Scope.of("1 branch", 1, 1);

    private LogMutants() {}

    static Stream<Mutant> all() {
        return Stream.of(clock(), debts(), firstWriter()).flatMap(mutants -> mutants);
    }

    private static Stream<Mutant> clock() {
        return Stream.of(
                mutant(
                        "rule 1: a commit is recorded whatever the log's clock says",
                        ONE,
                        log -> log.withDecide((row, gid, now) ->
                                LogRules.decide(row, gid, gid.deadline().minusMillis(1))),
                        THE_LOGS_CLOCK_DECIDES),
                mutant(
                        "rule 1: an abort is purged before the deadline",
                        ONE,
                        log -> log.withMayPurge((row, now, margin, history) ->
                                row.outcome() == Outcome.ABORTED || LogRules.mayPurge(row, now, margin, history)),
                        ATOMICITY),
                mutant(
                        "rule 1: an abort is purged at the deadline, without the margin",
                        Scope.of("1 branch, slow statements", 1, 1, Feature.SLOW_STATEMENTS),
                        log -> log.withMayPurge((row, now, margin, history) ->
                                LogRules.mayPurge(row, now.plusMillis(1), Duration.ZERO, history)),
                        ATOMICITY));
    }

    private static Stream<Mutant> debts() {
        return Stream.of(
                mutant(
                        "rule 4: a commit is purged while it is owed",
                        ONE,
                        log -> log.withMayPurge((row, now, margin, history) ->
                                row.outcome() == Outcome.COMMITTED || LogRules.mayPurge(row, now, margin, history)),
                        ATOMICITY),
                mutant(
                        "rule 6: a commit that somebody finished by hand is purged",
                        Scope.of("1 branch, a person", 1, 1, Feature.PERSON),
                        log -> log.withMayPurge((row, now, margin, history) ->
                                LogRules.mayPurge(withoutHeuristic(row), now, margin, history)),
                        HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED),
                mutant(
                        "rule 6: a branch that is owed nothing is told that it is while others are",
                        Scope.of("2 branches, read-only", 2, 1, Feature.READ_ONLY),
                        log -> log.withStanding((row, branch) -> row.outcome() == Outcome.COMMITTED
                                        && row.doneAt().isEmpty()
                                ? Standing.COMMITTED_OWED
                                : LogRules.standing(row, branch)),
                        HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED));
    }

    private static Stream<Mutant> firstWriter() {
        return Stream.of(
                mutant(
                        "rule 10: the coordinator wins although it is not the first writer",
                        ONE,
                        log -> log.withDecide((row, gid, now) -> LogRules.decide(Optional.empty(), gid, now)),
                        ATOMICITY),
                mutant(
                        "rule 10: whoever resolves wins although it is not the first writer",
                        ONE,
                        log -> log.withResolve(row -> Outcome.ABORTED),
                        UNKNOWN_IS_NEVER_GUESSED),
                mutant(
                        "rule 10: what nobody decided is resolved as committed",
                        ONE,
                        log -> log.withResolve(
                                row -> row.map(DecisionRow::outcome).orElse(Outcome.COMMITTED)),
                        COMMIT_ONLY_AFTER_THE_DECISION),
                mutant(
                        "rule 10: a lost race counts as won",
                        ONE,
                        log -> log.withDecide((row, gid, now) -> LogRules.decide(row, gid, now) == Recorded.LOST
                                ? Recorded.RECORDED
                                : LogRules.decide(row, gid, now)),
                        ATOMICITY));
    }

    private static DecisionRow withoutHeuristic(DecisionRow row) {
        return new DecisionRow(row.gid(), row.outcome(), row.owed(), row.doneAt(), false);
    }

    private static Mutant mutant(String name, Scope scope, UnaryOperator<Rules.OfLog> wrap, Invariant broken) {
        return new Mutant(name, scope, Rules.PRODUCTION.withLog(wrap), broken);
    }
}
