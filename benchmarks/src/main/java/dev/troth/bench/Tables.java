package dev.troth.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;

/** The tables of a workload: one for each place on its axis, medians over rounds. */
final class Tables {
    private static final String WRONG = "WRONG";

    private final Squares squares;
    private final Workload workload;
    private final List<Measure> measures;

    Tables(Squares squares) {
        this.squares = squares;
        this.workload = squares.workload();
        this.measures = workload.measures().stream()
                .filter(measure -> squares.all().stream()
                        .flatMap(square -> square.lines().stream())
                        .anyMatch(line -> measure.of(line).isPresent()))
                .toList();
    }

    /** A row for each contender. After its first figure: its range, how much it is of the base's, and how much ours is of it. */
    Table at(double place) {
        List<Square> row = squares.at(place);
        Optional<Square> base = squares.at(place, workload.base());
        Optional<Square> ours = row.stream().filter(Square::ours).findFirst();
        List<String> titles = new ArrayList<>(List.of("contender"));
        measures.forEach(measure -> titles.add(measure.title()));
        titles.addAll(Math.min(2, titles.size()), List.of("from–to", "× " + workload.base(), "Troth is"));
        Table table = new Table(titles);
        for (Square square : row) {
            List<String> cells = new ArrayList<>(List.of(square.contender() + missed(square)));
            measures.forEach(measure -> cells.add(Shown.of(square.median(measure))));
            if (!square.right() && !measures.isEmpty()) {
                cells.set(1, WRONG);
            }
            cells.addAll(
                    Math.min(2, cells.size()),
                    List.of(
                            square.range(workload.measures().get(0)),
                            base.map(each -> times(square, each)).orElse(""),
                            square.ours()
                                    ? ""
                                    : ours.map(each -> times(each, square)).orElse("")));
            table.row(cells);
        }
        return table;
    }

    private static String missed(Square square) {
        TreeSet<String> missed = new TreeSet<>();
        square.lines().forEach(line -> missed.addAll(line.missed()));
        return missed.isEmpty() ? "" : " (MISSED: " + String.join(", ", missed) + ")";
    }

    private String times(Square square, Square other) {
        OptionalDouble ratio = square.ratio(workload.measures().get(0), other);
        return ratio.isEmpty() ? "" : Shown.ratio(ratio.getAsDouble()) + " ×";
    }

    /** Everything, for a terminal. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (double place : squares.places()) {
            text.append('\n')
                    .append(workload.title())
                    .append(", ")
                    .append(squares.shown(place))
                    .append('\n');
            text.append(at(place).text());
        }
        guarantees().forEach(each -> text.append('\n').append(each));
        return text.append('\n').toString();
    }

    /** Everything, for a page. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        for (double place : squares.places()) {
            text.append("**").append(squares.shown(place)).append("**\n\n");
            text.append(at(place).markdown()).append('\n');
        }
        guarantees().forEach(each -> text.append("- ").append(each).append('\n'));
        return text.toString();
    }

    private List<String> guarantees() {
        return squares.contenders().stream()
                .filter(contender -> !workload.guarantee(contender).isEmpty())
                .map(contender -> contender + ": " + workload.guarantee(contender))
                .toList();
    }
}
