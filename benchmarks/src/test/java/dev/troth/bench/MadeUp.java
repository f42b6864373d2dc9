package dev.troth.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Lines that no run has made. */
final class MadeUp {
    static final String TWO_COMMITS = "two commits";
    static final String TROTH = "Troth";

    private MadeUp() {}

    /** Of {@link Workload#TWO_DATABASES} with eight clients, right and not disturbed. */
    static Line line(String contender, double rate) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("workload", "two-databases");
        all.put("contender", contender);
        all.put("clients", 8);
        all.put("per_second", rate);
        all.put("cpu_database0_ms", 0.25);
        all.put("cpu_database1_ms", 0.5);
        all.put("right", true);
        all.put("others_cores", 0.1);
        all.put("session", "1");
        all.put("commit", "abc");
        return new Line(all);
    }

    static Line with(Line line, String key, Object value) {
        Map<String, Object> all = new LinkedHashMap<>(line.all());
        all.put(key, value);
        return new Line(all);
    }

    static Line disturbed(Line line) {
        return with(line, "others_cores", 0.9);
    }

    static Line wrong(Line line) {
        return with(line, "right", false);
    }
}
