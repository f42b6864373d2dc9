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
    FORCED("forced_per_tx", "forced writes/tx", false),
    WAL("wal_bytes_per_tx", "WAL bytes/tx", false),
    MESSAGES("messages_per_tx", "messages/tx", false);

    /** Those of a transaction. */
    static final List<Measure> OF_TRANSACTIONS =
            List.of(RATE, P50, P99, CPU, CPU_JVM, CPU_DATABASES, CPU_BROKER, CPU_OTHERS, FORCED, WAL, MESSAGES);

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
