package dev.troth.protocol.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Walks every state that can be reached, breadth first: so the history that leads to the first broken invariant is one of the
 * shortest.
 */
final class Exploration {
    private final Scope scope;
    private final Space space;
    private final Set<Invariant> invariants;
    private final StateTable table;
    private final Edges progress = new Edges();
    private final BitSet settled = new BitSet();
    private final int limit;
    private long steps;

    /** What came of it: how much was walked, and what was found. */
    record Result(Scope scope, int states, long steps, Optional<Finding> finding) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s: %,d states, %.1f M steps", scope.name(), states, steps / 1e6);
        }
    }

    /** An invariant that does not hold, and the history that shows it. */
    record Finding(Invariant invariant, Chart chart) {
        @Override
        public String toString() {
            return "Broken: " + invariant + "\n\n" + chart;
        }
    }

    Exploration(Scope scope, Rules rules, Set<Invariant> invariants, int limit) {
        this.scope = scope;
        this.space = new Space(scope, rules);
        this.invariants = invariants;
        this.limit = limit;
        this.table = new StateTable(scope.branches());
    }

    Result run() {
        int[] state = space.start();
        table.add(state, -1);
        Optional<Finding> finding = Optional.empty();
        for (int number = 0; number < table.size() && finding.isEmpty(); number++) {
            if (number > limit) {
                throw new IllegalStateException("More than " + limit + " states: " + scope + ", " + space.parts());
            }
            table.read(number, state);
            finding = broken(number, state);
            if (finding.isEmpty()) {
                expand(number, state);
            }
        }
        if (finding.isEmpty() && invariants.contains(Invariant.EVERYBODY_CAN_ALWAYS_GET_UNSTUCK)) {
            finding = stuck();
        }
        return new Result(scope, table.size(), steps, finding);
    }

    private void expand(int number, int[] state) {
        progress.nextState();
        settled.set(number, space.isSettled(state));
        space.moves(state, (line, branch, isFault, next) -> {
            steps++;
            space.canonicalize(next);
            int target = table.add(next, number);
            if (!isFault && target != number) {
                progress.add(target);
            }
        });
    }

    private Optional<Finding> broken(int number, int[] state) {
        Centre centre = space.centre(state);
        for (Invariant invariant : invariants) {
            for (int branch = 0; branch < scope.branches(); branch++) {
                if (!invariant.holds(centre, branch, space.site(state, branch))) {
                    return Optional.of(new Finding(invariant, chart(number)));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Finding> stuck() {
        int first = progress.leadingTo(settled).nextClearBit(0);
        return first == table.size()
                ? Optional.empty()
                : Optional.of(new Finding(Invariant.EVERYBODY_CAN_ALWAYS_GET_UNSTUCK, chart(first)));
    }

    /** Plays the history again, so that every branch keeps its number. */
    private Chart chart(int last) {
        List<Integer> path = new ArrayList<>();
        for (int number = last; number > 0; number = table.parent(number)) {
            path.add(number);
        }
        Collections.reverse(path);
        Chart chart = new Chart(scope.branches());
        int[] state = space.start();
        for (int number : path) {
            state = play(chart, state, number);
        }
        chart.end(space.centre(state).summary());
        for (int branch = 0; branch < scope.branches(); branch++) {
            chart.end("branch " + branch + ": " + space.site(state, branch).summary());
        }
        return chart;
    }

    private int[] play(Chart chart, int[] state, int target) {
        int[] wanted = new int[state.length];
        table.read(target, wanted);
        List<int[]> found = new ArrayList<>();
        space.moves(state, (line, branch, isFault, next) -> {
            int[] canonical = next.clone();
            space.canonicalize(canonical);
            if (found.isEmpty() && Arrays.equals(canonical, wanted)) {
                found.add(next.clone());
                chart.add(line, branch);
            }
        });
        return found.get(0);
    }
}
