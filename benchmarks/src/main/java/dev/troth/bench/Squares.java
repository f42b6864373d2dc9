package dev.troth.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The lines of one workload by place and contender, contenders in the order in which they were run. */
final class Squares {
    private static final String CONTENDER = "contender";

    private final Workload workload;
    private final SortedMap<Double, Map<String, Square>> places = new TreeMap<>();

    private Squares(Workload workload) {
        this.workload = workload;
    }

    /** Those of the workload among the lines. A place has one session: the last that has the base and ours, for only then ratios mean something. */
    static Squares of(Workload workload, List<Line> lines) {
        Map<Double, Map<String, List<Line>>> sessions = new LinkedHashMap<>();
        for (Line line : lines) {
            if (line.text("workload").equals(workload.title())) {
                sessions.computeIfAbsent(line.number(workload.axis().key()), none -> new LinkedHashMap<>())
                        .computeIfAbsent(line.text("session"), none -> new ArrayList<>())
                        .add(line);
            }
        }
        Squares squares = new Squares(workload);
        sessions.forEach((place, each) ->
                squares.places.put(place, squares(place, last(workload, List.copyOf(each.values())))));
        return squares;
    }

    /** If none has both, the last. */
    private static List<Line> last(Workload workload, List<List<Line>> sessions) {
        return sessions.stream()
                .filter(lines -> lines.stream()
                                .anyMatch(line -> line.text(CONTENDER).equals(workload.base()))
                        && lines.stream().anyMatch(line -> line.text(CONTENDER).startsWith(Workload.OURS)))
                .reduce(sessions.get(sessions.size() - 1), (before, later) -> later);
    }

    private static Map<String, Square> squares(double place, List<Line> lines) {
        Map<String, List<Line>> contenders = new LinkedHashMap<>();
        lines.forEach(line -> contenders
                .computeIfAbsent(line.text(CONTENDER), none -> new ArrayList<>())
                .add(line));
        Map<String, Square> squares = new LinkedHashMap<>();
        contenders.forEach((contender, all) -> squares.put(contender, new Square(place, contender, all)));
        return squares;
    }

    Workload workload() {
        return workload;
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    List<Double> places() {
        return List.copyOf(places.keySet());
    }

    List<Square> at(double place) {
        return List.copyOf(places.getOrDefault(place, Map.of()).values());
    }

    List<Square> all() {
        return places.values().stream().flatMap(each -> each.values().stream()).toList();
    }

    Optional<Square> at(double place, String contender) {
        return Optional.ofNullable(places.getOrDefault(place, Map.of()).get(contender));
    }

    List<String> contenders() {
        return List.copyOf(
                new LinkedHashSet<>(all().stream().map(Square::contender).toList()));
    }

    /** A place as tables show it: 8 clients. */
    String shown(double place) {
        return workload.axis().shown(place);
    }
}
