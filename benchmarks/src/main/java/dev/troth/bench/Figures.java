package dev.troth.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What docs/performance.md shows of the evidence: blocks, numbers, charts. */
final class Figures {
    private static final String NOT_YET = "Not measured yet.\n";
    private static final String MACHINE = "machine";

    private final List<Line> lines;

    Figures(List<Line> lines) {
        this.lines = lines;
    }

    /** The block of that name: a workload's, or that of the machine. */
    String block(String name) {
        if (name.equals(MACHINE)) {
            return machine();
        }
        Squares squares = squares(name);
        if (squares.isEmpty()) {
            return NOT_YET;
        }
        return "![" + name + "](performance/" + name + ".svg)\n\n" + new Tables(squares).markdown() + "\n"
                + origin(squares);
    }

    private Squares squares(String name) {
        return Squares.of(
                Workload.named(name)
                        .orElseThrow(
                                () -> new IllegalArgumentException("There are no figures of '" + name + "', only of "
                                        + MACHINE + ", "
                                        + Arrays.stream(Workload.values())
                                                .map(Workload::title)
                                                .collect(Collectors.joining(", ")))),
                lines);
    }

    private static String origin(Squares squares) {
        List<Line> counted = squares.all().stream()
                .flatMap(square -> square.lines().stream())
                .toList();
        long disturbed = counted.stream().filter(Line::disturbed).count();
        TreeSet<String> commits = counted.stream()
                .map(line -> "`" + line.text("commit") + "`")
                .collect(Collectors.toCollection(TreeSet::new));
        return counted.size() + " runs, medians; "
                + (disturbed == 0 ? "none" : disturbed) + " of them disturbed by others; commit "
                + String.join(", ", commits) + ".\n";
    }

    private String machine() {
        return lines.isEmpty()
                ? NOT_YET
                : "%s processors, %s GB, %s; Java %s, PostgreSQL %s, RabbitMQ %s; servers, clients and services all on it.\n"
                        .formatted(Stream.of("processors", "memory_gb", "kernel", "java", "postgresql", "rabbitmq")
                                .map(this::values)
                                .toArray());
    }

    /** What lines have under a key: one value, if they are of one machine. */
    private String values(String key) {
        return lines.stream()
                .map(line -> line.text(key))
                .filter(value -> !value.isEmpty())
                .distinct()
                .collect(Collectors.joining(" and "));
    }

    /**
     * A number within a sentence: {@code workload; place; contender; measure}, or {@code workload; place; contender / contender; measure} for a
     * ratio; the measure as the constant of {@link Measure}, in small letters.
     */
    String number(String which) {
        String[] words = which.split(" *; *", -1);
        if (words.length != 4) {
            throw new IllegalArgumentException(
                    "A number is 'workload; place; contender; measure', and not '" + which + "'");
        }
        Measure measure = Measure.valueOf(words[3].toUpperCase(Locale.ROOT));
        Squares squares = squares(words[0]);
        double place = Double.parseDouble(words[1]);
        String[] pair = words[2].split(" / ", -1);
        OptionalDouble value = squares.at(place, pair[0])
                .map(one -> pair.length == 1
                        ? one.median(measure)
                        : squares.at(place, pair[1])
                                .map(other -> one.ratio(measure, other))
                                .orElse(OptionalDouble.empty()))
                .orElse(OptionalDouble.empty());
        return value.isEmpty() ? "(not measured yet)" : Shown.of(value);
    }

    /** The charts by the names of their files. */
    Map<String, String> charts() {
        Map<String, String> charts = new LinkedHashMap<>();
        for (Workload workload : Workload.values()) {
            Squares squares = Squares.of(workload, lines);
            if (!squares.isEmpty()) {
                charts.put(workload.title() + ".svg", Charts.of(squares));
            }
        }
        return charts;
    }
}
