package dev.troth.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of words under titles, for a terminal or for a page. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<String> titles) {
        rows.add(titles);
    }

    void row(List<String> cells) {
        rows.add(cells);
    }

    /** Aligned; the first column to the left, the others to the right. */
    String text() {
        List<Integer> widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .boxed()
                .toList();
        return rows.stream().map(row -> aligned(row, widths)).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String aligned(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String gap = " ".repeat(widths.get(i) - row.get(i).length());
            line.append(i == 0 ? row.get(i) + gap : "  " + gap + row.get(i));
        }
        return line.toString().stripTrailing();
    }

    String markdown() {
        List<String> lines = new ArrayList<>();
        rows.forEach(row -> lines.add("| " + String.join(" | ", row) + " |"));
        lines.add(1, "|---|" + "---:|".repeat(rows.get(0).size() - 1));
        return String.join("\n", lines) + "\n";
    }
}
