package dev.troth.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Makes a history that fails smaller: leaves out faults and transactions as long as the same rule is still violated (delta
 * debugging: first halves, then ever smaller parts).
 */
final class Shrinker {
    private static final int MOST_RUNS = 600;

    private final long seed;
    private final String rule;
    private History smallest;
    private int runs;

    private Shrinker(History failed) {
        this.seed = failed.seed();
        this.rule = ruleOf(failed);
        this.smallest = failed;
    }

    /** A smaller history in which the same goes wrong; the same one, if it cannot be made smaller. */
    static History shrink(History failed) {
        Shrinker shrinker = new Shrinker(failed);
        List<Fault> faults = failed.faults();
        List<Integer> transactions = List.copyOf(failed.scripts().keySet());
        for (int round = 0; round < 2; round++) {
            List<Integer> kept = transactions;
            faults = shrinker.reduce(faults, some -> shrinker.fails(some, kept));
            List<Fault> left = faults;
            transactions = shrinker.reduce(transactions, some -> shrinker.fails(left, some));
        }
        return shrinker.smallest;
    }

    private static String ruleOf(History history) {
        String first = history.violations().get(0);
        return first.substring(0, first.indexOf(':'));
    }

    private boolean fails(List<Fault> faults, List<Integer> transactions) {
        runs++;
        Set<Integer> numbers = new TreeSet<>(transactions);
        History history =
                Simulation.ofSeed(seed).only(faults).onlyTransactions(numbers).run();
        boolean fails = !history.holds() && ruleOf(history).equals(rule);
        if (fails) {
            smallest = history;
        }
        return fails;
    }

    /** The smallest part found that still fails. */
    private <T> List<T> reduce(List<T> all, Function<List<T>, Boolean> fails) {
        List<T> left = all;
        int parts = 2;
        while (!left.isEmpty() && runs < MOST_RUNS) {
            List<T> smaller = withoutOnePart(left, parts, fails);
            if (smaller.size() < left.size()) {
                left = smaller;
                parts = Math.max(parts - 1, 2);
            } else if (parts >= left.size()) {
                break;
            } else {
                parts = Math.min(parts * 2, left.size());
            }
        }
        return left;
    }

    private <T> List<T> withoutOnePart(List<T> all, int parts, Function<List<T>, Boolean> fails) {
        int size = Math.max(1, (all.size() + parts - 1) / parts);
        for (int from = 0; from < all.size() && runs < MOST_RUNS; from += size) {
            List<T> rest = new ArrayList<>(all.subList(0, from));
            rest.addAll(all.subList(Math.min(all.size(), from + size), all.size()));
            if (fails.apply(rest)) {
                return rest;
            }
        }
        return all;
    }
}
