package dev.troth.bench.chart;

import java.util.List;

/** A bar for each value, in groups of a place. */
public final class Bars {
    private static final int WIDTH = 760;
    private static final int LEFT = 270; // room for the names of contenders
    private static final int RIGHT = 80; // and for values
    private static final double TOP = 30;
    private static final double ROW = 22;
    private static final double BAR = 14;
    private static final double GAP = 12;

    private Bars() {}

    /** Draws them; values of all groups have one scale. */
    public static String of(String title, List<Point> points) {
        double most = points.stream()
                .mapToDouble(Point::value)
                .filter(Double::isFinite)
                .max()
                .orElse(1);
        Svg svg = new Svg();
        svg.text(0, TOP - 10, "title", title);
        double y = TOP;
        String place = "";
        for (Point point : points) {
            if (!point.place().equals(place)) {
                place = point.place();
                y += GAP + ROW;
                svg.text(0, y - BAR / 2, "quiet", place);
            }
            svg.text(LEFT - 10, y + BAR - 2, "end", point.contender());
            double width = Double.isFinite(point.value()) ? (WIDTH - LEFT - RIGHT) * point.value() / most : 0;
            svg.bar(LEFT, y, width, BAR, Svg.colour(point.ours(), 0));
            svg.text(LEFT + width + 6, y + BAR - 2, "value", point.shown());
            y += ROW;
        }
        return svg.of(WIDTH, y + GAP, title);
    }
}
