package dev.troth.testkit.sim;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How often what happened. Not safe for use by several threads. */
public final class Coverage {
    private final Map<Happening, Long> happenings = new EnumMap<>(Happening.class);
    private final Map<Fault.Kind, Long> faults = new EnumMap<>(Fault.Kind.class);

    /** Nothing has happened. */
    public Coverage() {}

    void count(Happening happening) {
        happenings.merge(happening, 1L, Long::sum);
    }

    void count(Fault fault) {
        faults.merge(fault.kind(), 1L, Long::sum);
    }

    void add(Coverage other) {
        other.happenings.forEach((happening, count) -> happenings.merge(happening, count, Long::sum));
        other.faults.forEach((kind, count) -> faults.merge(kind, count, Long::sum));
    }

    /** How often it happened. */
    public long of(Happening happening) {
        return happenings.getOrDefault(happening, 0L);
    }

    /** How often a fault of this kind struck. */
    public long of(Fault.Kind kind) {
        return faults.getOrDefault(kind, 0L);
    }

    /** How many faults struck. */
    public long faults() {
        return faults.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What never happened, and what never went wrong, by name. */
    public List<String> missing() {
        return Stream.concat(
                        Stream.of(Happening.values())
                                .filter(happening -> of(happening) == 0)
                                .map(Enum::name),
                        Stream.of(Fault.Kind.values())
                                .filter(kind -> of(kind) == 0)
                                .map(Enum::name))
                .toList();
    }
}
