package dev.troth.protocol.check;

import static dev.troth.protocol.check.Invariant.AT_MOST_ONCE;
import static dev.troth.protocol.check.Invariant.HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED;
import static dev.troth.protocol.check.Invariant.UNKNOWN_IS_NEVER_GUESSED;

import dev.troth.protocol.check.Scope.Feature;
import dev.troth.protocol.check.Store.Row;
import java.util.stream.Stream;

/** The branch store without one of its rules: 2, 3 and 6, and the branch row. */
final class StoreMutants {
    private static final Scope ONE = Scope.of("1 branch", 1, 1);
    private static final Scope AT_ONCE = Scope.of("one phase", 1, 2, Feature.ONE_PHASE);

    /** Without this one everything else still holds: it saves time. */
    static final StoreRules NO_MARK = new StoreRules() {
        @Override
        Store mark(Store store) {
            return store;
        }
    };

    private StoreMutants() {}

    static Stream<Mutant> all() {
        return Stream.of(rows(), marks(), retention()).flatMap(mutants -> mutants);
    }

    private static Stream<Mutant> rows() {
        return Stream.of(
                mutant(
                        "rule 2: a branch starts after its deadline",
                        ONE,
                        new StoreRules() {
                            @Override
                            boolean inTime(Store store) {
                                return true;
                            }
                        },
                        AT_MOST_ONCE),
                mutant(
                        "rule 3: a branch row is purged before the deadline",
                        ONE,
                        new StoreRules() {
                            @Override
                            boolean mayPurge(Store store) {
                                return true;
                            }
                        },
                        AT_MOST_ONCE),
                mutant(
                        "a branch commits without leaving its row",
                        ONE,
                        new StoreRules() {
                            @Override
                            Row rowOfCommitted() {
                                return Row.NONE;
                            }
                        },
                        AT_MOST_ONCE));
    }

    private static Stream<Mutant> marks() {
        return Stream.of(
                mutant(
                        "rule 6: nothing prepared is a success, whether the branch row is there or not",
                        Scope.of("1 branch, a person", 1, 1, Feature.PERSON),
                        new StoreRules() {
                            @Override
                            Finish commit(Store store) {
                                return store.prepared() ? Finish.DONE : Finish.ALREADY;
                            }
                        },
                        HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED),
                mutant("a no to a one-phase branch is said without a mark", AT_ONCE, NO_MARK, UNKNOWN_IS_NEVER_GUESSED),
                new Mutant(
                        "a crash of the database takes the mark of a one-phase branch",
                        AT_ONCE.with(Feature.MARKS_GET_LOST),
                        Rules.PRODUCTION,
                        UNKNOWN_IS_NEVER_GUESSED));
    }

    private static Stream<Mutant> retention() {
        return Stream.of(
                new Mutant(
                        "the row of a one-phase branch goes before its caller has asked for the last time",
                        AT_ONCE.with(Feature.NO_RETENTION),
                        Rules.PRODUCTION,
                        UNKNOWN_IS_NEVER_GUESSED),
                new Mutant(
                        "branch rows go while somebody is owed the decision",
                        ONE.with(Feature.NO_RETENTION),
                        Rules.PRODUCTION,
                        HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED));
    }

    private static Mutant mutant(String name, Scope scope, StoreRules store, Invariant broken) {
        return new Mutant(name, scope, Rules.PRODUCTION.withStore(store), broken);
    }
}
