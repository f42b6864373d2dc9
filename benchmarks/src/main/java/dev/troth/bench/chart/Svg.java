package dev.troth.bench.chart;

import java.util.Locale;

/** An SVG that grows from top to bottom. Colours are classes, so that a style sheet can choose them for light and dark. */
final class Svg {
    private static final String STYLE = """
            text { font: 13px system-ui, sans-serif; fill: #1f2328 }
            .title { font-size: 16px; font-weight: 600 }
            .quiet { fill: #59636e; font-size: 12px }
            .end { text-anchor: end }
            .middle { text-anchor: middle }
            .grid { stroke: #d1d9e0 }
            .c0 { fill: #0969da; stroke: #0969da }
            .c1 { fill: #818b98; stroke: #818b98 }
            .c2 { fill: #bc4c00; stroke: #bc4c00 }
            .c3 { fill: #1a7f37; stroke: #1a7f37 }
            .c4 { fill: #8250df; stroke: #8250df }
            .c5 { fill: #9a6700; stroke: #9a6700 }
            rect.bar, circle.dot { stroke: none }
            polyline.series { fill: none; stroke-width: 1.5 }
            polyline.c0 { stroke-width: 3 }
            @media (prefers-color-scheme: dark) {
              text { fill: #f0f6fc }
              .quiet { fill: #9198a1 }
              .grid { stroke: #3d444d }
              .c0 { fill: #58a6ff; stroke: #58a6ff }
              .c1 { fill: #8b949e; stroke: #8b949e }
              .c2 { fill: #f0883e; stroke: #f0883e }
              .c3 { fill: #3fb950; stroke: #3fb950 }
              .c4 { fill: #bc8cff; stroke: #bc8cff }
              .c5 { fill: #d29922; stroke: #d29922 }
            }
            """;
    private static final int COLOURS = 5; // beside that of ours

    private final StringBuilder body = new StringBuilder();

    void text(double x, double y, String classes, String words) {
        body.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>%n", x, y, classes, escaped(words)));
    }

    void bar(double x, double y, double width, double height, String colour) {
        body.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" class=\"bar %s\"/>%n",
                x,
                y,
                width,
                height,
                colour));
    }

    void grid(double x1, double y1, double x2, double y2) {
        body.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    void dot(double x, double y, String colour, String words) {
        body.append(String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"dot %s\"><title>%s</title></circle>%n",
                x,
                y,
                colour,
                escaped(words)));
    }

    /** A line through points, given as SVG wants them. */
    void series(String points, String colour) {
        body.append("<polyline points=\"" + points + "\" class=\"series " + colour + "\"/>\n");
    }

    /** The class of a colour: ours is always the same. */
    static String colour(boolean ours, int index) {
        return ours ? "c0" : "c" + (1 + index % COLOURS);
    }

    String of(int width, double height, String description) {
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" height=\"%.0f\" role=\"img\">%n",
                        width,
                        height,
                        width,
                        height)
                + "<title>" + escaped(description) + "</title>\n<style>\n" + STYLE + "</style>\n" + body + "</svg>\n";
    }

    private static String escaped(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
