package dev.troth.bench.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A line for each contender through its values, places evenly spaced. */
public final class Curves {
    private static final int WIDTH = 760;
    private static final double LEFT = 60; // room for the scale
    private static final double RIGHT = 470; // where names of contenders begin
    private static final double TOP = 50;
    private static final double BOTTOM = 300;
    private static final double HEIGHT = 340;
    private static final double LABEL = 17;
    private static final int STEPS = 4;

    private final List<String> places;
    private final Map<String, List<Point>> series;
    private final double most;
    private final Svg svg = new Svg();

    private Curves(List<Point> points) {
        places = points.stream().map(Point::place).distinct().toList();
        series = points.stream()
                .filter(point -> Double.isFinite(point.value()))
                .collect(Collectors.groupingBy(Point::contender, LinkedHashMap::new, Collectors.toList()));
        most = round(points.stream()
                .mapToDouble(Point::value)
                .filter(Double::isFinite)
                .max()
                .orElse(1));
    }

    /** Draws them. */
    public static String of(String title, String axis, List<Point> points) {
        Curves curves = new Curves(points);
        curves.svg.text(0, 20, "title", title);
        curves.scales(axis);
        curves.lines();
        return curves.svg.of(WIDTH, HEIGHT, title);
    }

    /** The next number that is easy to divide by the steps of the scale. */
    private static double round(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1e-6))));
        for (double step : new double[] {1, 2, 4, 8, 10}) {
            if (step * power >= value) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private void scales(String axis) {
        for (int i = 0; i <= STEPS; i++) {
            double value = most * i / STEPS;
            svg.grid(LEFT, y(value), RIGHT, y(value));
            String pattern = most >= STEPS ? "%,.0f" : "%.2f";
            svg.text(LEFT - 8, y(value) + 4, "quiet end", String.format(Locale.ROOT, pattern, value));
        }
        for (String place : places) {
            svg.text(x(place), BOTTOM + 18, "quiet middle", place);
        }
        svg.text((LEFT + RIGHT) / 2, BOTTOM + 34, "quiet middle", axis);
    }

    private void lines() {
        List<Point> last = new ArrayList<>();
        Map<String, String> colours = new LinkedHashMap<>();
        series.forEach((contender, points) -> {
            boolean first = points.get(0).ours() && !colours.containsValue(Svg.colour(true, 0));
            String colour = Svg.colour(first, colours.size());
            colours.put(contender, colour);
            svg.series(
                    points.stream()
                            .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", x(point.place()), y(point.value())))
                            .collect(Collectors.joining(" ")),
                    colour);
            points.forEach(point -> svg.dot(
                    x(point.place()),
                    y(point.value()),
                    colour,
                    contender + ", " + point.place() + ": " + point.shown()));
            last.add(points.get(points.size() - 1));
        });
        last.sort(Comparator.comparingDouble(Point::value).reversed());
        double free = TOP - LABEL;
        for (Point point : last) {
            double at = Math.max(y(point.value()), free + LABEL);
            svg.dot(RIGHT + 14, at, colours.getOrDefault(point.contender(), ""), point.contender());
            svg.text(RIGHT + 24, at + 4, "value", point.contender() + " " + point.shown());
            free = at;
        }
    }

    private double x(String place) {
        double each = (RIGHT - LEFT) / places.size();
        return LEFT + each * (places.indexOf(place) + 0.5);
    }

    private double y(double value) {
        return BOTTOM - (BOTTOM - TOP) * value / most;
    }
}
