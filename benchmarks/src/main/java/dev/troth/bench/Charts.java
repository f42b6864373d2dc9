package dev.troth.bench;

import dev.troth.bench.chart.Bars;
import dev.troth.bench.chart.Curves;
import dev.troth.bench.chart.Point;
import java.util.List;
import java.util.OptionalDouble;

/** The chart of a workload: what it is about, by place and contender. Curves where there are many places, else bars. */
final class Charts {
    private static final int MANY = 4;

    private Charts() {}

    static String of(Squares squares) {
        Workload workload = squares.workload();
        Measure measure = workload.measures().get(0);
        List<Point> points = squares.all().stream()
                .map(square -> point(squares, square, measure))
                .toList();
        String title = workload.title() + ": " + measure.title();
        return squares.places().size() >= MANY
                ? Curves.of(title, workload.axis().unit(), points)
                : Bars.of(title, points);
    }

    private static Point point(Squares squares, Square square, Measure measure) {
        OptionalDouble value = square.median(measure);
        boolean curve = squares.places().size() >= MANY;
        return new Point(
                curve ? Shown.of(square.place()) : squares.shown(square.place()),
                square.contender(),
                square.ours(),
                value.orElse(Double.NaN),
                square.right() ? Shown.of(value) : "WRONG");
    }
}
