package dev.troth.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What was measured of a contender at a place of the workload's axis: the lines of one session, at least one for each round.
 *
 * @param place on the axis: how many clients, for example
 * @param contender who
 * @param lines at least one
 */
record Square(double place, String contender, List<Line> lines) {

    /** Whether every run was right; one that failed was not. If not, no figure of it counts. */
    boolean right() {
        return lines.stream().allMatch(Line::right);
    }

    boolean ours() {
        return contender.startsWith(Workload.OURS);
    }

    /** The median over rounds; those that others have disturbed count only if there is no other. Empty if it was not measured, or not right. */
    OptionalDouble median(Measure measure) {
        List<Double> figures = counted().stream()
                .flatMap(line -> measure.of(line).stream().boxed())
                .sorted()
                .toList();
        if (figures.isEmpty() || !right()) {
            return OptionalDouble.empty();
        }
        int middle = figures.size() / 2;
        return OptionalDouble.of(
                figures.size() % 2 == 1 ? figures.get(middle) : (figures.get(middle - 1) + figures.get(middle)) / 2);
    }

    private List<Line> counted() {
        List<Line> calm = lines.stream().filter(line -> !line.disturbed()).toList();
        return calm.isEmpty() ? lines : calm;
    }

    /** How much of the other's figure it has. */
    OptionalDouble ratio(Measure measure, Square other) {
        OptionalDouble own = median(measure);
        OptionalDouble others = other.median(measure);
        return own.isEmpty() || others.isEmpty() || others.getAsDouble() == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(own.getAsDouble() / others.getAsDouble());
    }
}
