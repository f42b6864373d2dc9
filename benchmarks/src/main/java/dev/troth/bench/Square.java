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
    private static final String ROUND = "round";

    /** Whether every run was right; one that failed was not. If not, no figure of it counts. */
    boolean right() {
        return lines.stream().allMatch(Line::right);
    }

    boolean ours() {
        return contender.startsWith(Workload.OURS);
    }

    /** The median over rounds; those that others have disturbed count only if there is no other. Empty if it was not measured, or not right. */
    OptionalDouble median(Measure measure) {
        return median(figures(measure));
    }

    /** The least and the most of the rounds that count; empty if there are not two. */
    String range(Measure measure) {
        List<Double> figures = figures(measure);
        return figures.size() < 2 ? "" : Shown.of(figures.get(0)) + "–" + Shown.of(figures.get(figures.size() - 1));
    }

    /** How much of the other's figure it has: the median over rounds, of which each has met the same minutes of the machine. */
    OptionalDouble ratio(Measure measure, Square other) {
        if (!right() || !other.right()) {
            return OptionalDouble.empty();
        }
        List<Double> ratios = counted().stream()
                .flatMap(line -> other.counted().stream()
                        .filter(others -> others.text(ROUND).equals(line.text(ROUND)))
                        .flatMap(others -> ratio(measure.of(line), measure.of(others)).stream()
                                .boxed()))
                .sorted()
                .toList();
        return ratios.isEmpty() ? ratio(median(measure), other.median(measure)) : median(ratios);
    }

    private static OptionalDouble ratio(OptionalDouble one, OptionalDouble other) {
        return one.isEmpty() || other.isEmpty() || other.getAsDouble() == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(one.getAsDouble() / other.getAsDouble());
    }

    private List<Double> figures(Measure measure) {
        return right()
                ? counted().stream()
                        .flatMap(line -> measure.of(line).stream().boxed())
                        .sorted()
                        .toList()
                : List.of();
    }

    private static OptionalDouble median(List<Double> sorted) {
        if (sorted.isEmpty()) {
            return OptionalDouble.empty();
        }
        int middle = sorted.size() / 2;
        return OptionalDouble.of(
                sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }

    private List<Line> counted() {
        List<Line> calm = lines.stream().filter(line -> !line.disturbed()).toList();
        return calm.isEmpty() ? lines : calm;
    }
}
