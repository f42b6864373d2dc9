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
    private final Workload workload;
    private final SortedMap<Double, Map<String, Square>> places = new TreeMap<>();

    private Squares(Workload workload) {
        this.workload = workload;
    }

    /** Those of the workload among the lines. */
    static Squares of(Workload workload, List<Line> lines) {
        Map<Double, Map<String, List<Line>>> gathered = new LinkedHashMap<>();
        for (Line line : lines) {
            if (line.text("workload").equals(workload.title())) {
                gathered.computeIfAbsent(line.number(workload.axis().key()), none -> new LinkedHashMap<>())
                        .computeIfAbsent(line.text("contender"), none -> new ArrayList<>())
                        .add(line);
            }
        }
        Squares squares = new Squares(workload);
        gathered.forEach((place, contenders) -> contenders.forEach((contender, all) -> squares.places
                .computeIfAbsent(place, none -> new LinkedHashMap<>())
                .put(contender, new Square(place, contender, ofLastSession(all)))));
        return squares;
    }

    private static List<Line> ofLastSession(List<Line> all) {
        String last = all.get(all.size() - 1).text("session");
        return all.stream().filter(line -> line.text("session").equals(last)).toList();
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
