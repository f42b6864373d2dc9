package dev.troth.cli.harness;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** What was broken in a run, and when. */
public final class Timeline {
    private final long began = System.nanoTime();
    private final List<Mark> marks = new CopyOnWriteArrayList<>();

    /** It begins. */
    public Timeline() {}

    /**
     * A fault that begins or ends.
     *
     * @param millis since the run began
     * @param kind of the fault
     * @param begins or ends
     * @param text whom it hits
     */
    public record Mark(long millis, String kind, boolean begins, String text) {
        @Override
        public String toString() {
            return String.format("%7.1f s  %-22s %s%s", millis / 1000.0, kind, text, begins ? "" : ": healed");
        }
    }

    /** A fault begins or ends. */
    public void add(Fault fault, boolean begins) {
        marks.add(new Mark(millis(), fault.kind(), begins, fault.target()));
    }

    /** Since the run began. */
    public long millis() {
        return (System.nanoTime() - began) / 1_000_000;
    }

    /** How many faults of each kind. */
    public Map<String, Long> counts() {
        return marks.stream()
                .filter(Mark::begins)
                .collect(Collectors.groupingBy(Mark::kind, TreeMap::new, Collectors.counting()));
    }

    /** How many faults. */
    public long faults() {
        return marks.stream().filter(Mark::begins).count();
    }

    /** The last one, in words. */
    public String last() {
        return marks.isEmpty() ? "none" : marks.get(marks.size() - 1).toString().strip();
    }

    @Override
    public String toString() {
        return marks.stream().map(Mark::toString).collect(Collectors.joining("\n"));
    }
}
