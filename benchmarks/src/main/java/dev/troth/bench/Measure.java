package dev.troth.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** A figure of a run, by the key or keys that it has in lines. What no line of a table has gets no column. */
enum Measure {
    RATE("per_second", "tx/s", true),
    P50("p50_ms", "p50 ms", false),
    P99("p99_ms", "p99 ms", false),
    CPU("cpu_ms", "CPU ms/tx", false),
    CPU_JVM("cpu_jvm_ms", "of it services", false),
    CPU_DATABASES("cpu_database\\d+_ms", "databases", false),
    CPU_BROKER("cpu_broker_ms", "broker", false),
    CPU_OTHERS("cpu_(?!jvm_|database|broker_|ms)\\w+_ms", "further servers", false),
    FORCED("forced_per_tx", "databases' forced writes/tx", false),
    WAL("wal_bytes_per_tx", "WAL bytes/tx", false),
    MESSAGES("messages_per_tx", "messages/tx", false),
    REDRIVEN("redriven_per_second", "redriven/s", true),
    RESOLVED("resolved_per_second", "resolved/s", true),
    NEW_OF_ALONE("new_of_alone", "new tx, of alone", true),
    ADDED("added_mb", "added MB", false),
    ADDED_HEAP("added_heap_mb", "of it heap", false),
    ADDED_RESIDENT("added_resident_mb", "resident MB", false),
    FIRST_HEAP("first_heap_mb", "heap MB, first third", false),
    LAST_HEAP("last_heap_mb", "last third", false),
    FIRST_TABLES("first_troth_\\w+_mb", "tables MB, first third", false),
    LAST_TABLES("last_troth_\\w+_mb", "last third", false),
    FIRST_P99("first_p99_ms", "p99 ms, first third", false),
    LAST_P99("last_p99_ms", "last third", false);

    /** Those of a transaction. */
    static final List<Measure> OF_TRANSACTIONS =
            List.of(RATE, P50, P99, CPU, CPU_JVM, CPU_DATABASES, CPU_BROKER, CPU_OTHERS, FORCED, WAL, MESSAGES);

    static final List<Measure> OF_RECOVERY = List.of(REDRIVEN, RESOLVED, RATE, NEW_OF_ALONE, P50, P99);
    static final List<Measure> OF_MEMORY = List.of(ADDED, ADDED_HEAP, ADDED_RESIDENT);
    static final List<Measure> OF_ENDURANCE =
            List.of(RATE, P50, FIRST_HEAP, LAST_HEAP, FIRST_TABLES, LAST_TABLES, FIRST_P99, LAST_P99);

    private final Pattern key;
    private final String title;
    private final boolean moreIsBetter;

    Measure(String key, String title, boolean moreIsBetter) {
        this.key = Pattern.compile(key);
        this.title = title;
        this.moreIsBetter = moreIsBetter;
    }

    /** In tables, with its unit. */
    String title() {
        return title;
    }

    boolean moreIsBetter() {
        return moreIsBetter;
    }

    /** What that run had; the sum where several processes of a kind have one each. */
    OptionalDouble of(Line line) {
        List<Double> found = line.all().entrySet().stream()
                .filter(each -> key.matcher(each.getKey()).matches())
                .filter(each -> each.getValue() instanceof Number)
                .map(each -> ((Number) each.getValue()).doubleValue())
                .toList();
        return found.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        found.stream().mapToDouble(Double::doubleValue).sum());
    }
}
