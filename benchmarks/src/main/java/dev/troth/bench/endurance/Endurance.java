package dev.troth.bench.endurance;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troth.bench.contender.Setting;
import dev.troth.bench.fixture.Database;
import dev.troth.bench.fixture.Load;
import dev.troth.bench.fixture.Pair;
import dev.troth.bench.fixture.Program;
import dev.troth.jdbc.BranchOptions;
import dev.troth.jdbc.LogOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Proves that nothing grows while transactions go on: clients do not stop for many minutes, and every few seconds a sample is taken of memory,
 * threads, connections, tables with their indexes and dead rows, and latency. The first fifth is left out: until then pages are touched and
 * tables fill up to what is kept. Of the rest, the median of the last third is compared with that of the first.
 *
 * <p>Decisions and branch rows are kept for {@code retention} seconds (60 unless set), not for days, so that what is deleted keeps up with
 * what is written: a table then holds the rows of that time, of the time-out (10 s) and of the minute between two rounds of deleting.
 */
public final class Endurance {
    private static final double HEAP = 1.10;
    private static final double LATENCY = 1.15;
    private static final double TABLES = 1.15;
    private static final double SMALL_MB = 4; // a few pages of a heap, or of a table
    private static final int THIRDS = 3;

    private final Setting setting;
    private final List<Map<String, Double>> samples = new ArrayList<>();

    private Endurance(Setting setting) {
        this.setting = setting;
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        Program.run(arguments, Endurance::measure);
    }

    /** What was measured. */
    public static Map<String, Object> measure(Setting setting) throws Exception {
        try (Database left = new Database(setting.databases().get(0), setting.clients() + 8);
                Database right = new Database(setting.databases().get(1), setting.clients() + 8)) {
            return new Endurance(setting).measure(left, right);
        }
    }

    private Map<String, Object> measure(Database left, Database right) throws Exception {
        Duration kept = Duration.ofSeconds(setting.number("retention", 60));
        Pair.Options options = new Pair.Options(
                LogOptions.defaults().withHistory(kept).withMargin(kept),
                BranchOptions.defaults().withRetention(kept),
                event -> {});
        Map<String, Object> figures = new LinkedHashMap<>();
        try (Pair pair = new Pair(setting, left, right, options)) {
            Load load = new Load(setting.clients(), new AtomicLong(), pair::write);
            int every = setting.number("every", 10);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(setting.number("seconds", 900));
            while (System.nanoTime() < end) {
                TimeUnit.SECONDS.sleep(every);
                sample(Sample.take(left, right, load));
            }
            load.stop();
            boolean done = left.becomes(Database.OWED, 0);
            figures.put("transactions", load.answered());
            figures.put("errors", load.errors());
            thirds(figures);
            figures.put(
                    "right",
                    done
                            && load.errors() == 0
                            && right.prepared() == 0
                            && left.written() == load.answered()
                            && left.hasThoseOf(right));
        }
        return figures;
    }

    /** Also into a file, for whoever wants to draw it. */
    private void sample(Map<String, Double> sample) throws Exception {
        samples.add(sample);
        String file = setting.word("samples", "");
        if (!file.isEmpty()) {
            Files.writeString(
                    Path.of(file),
                    new ObjectMapper().writeValueAsString(sample) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    private void thirds(Map<String, Object> figures) {
        List<Map<String, Double>> rest = samples.subList(samples.size() / 5, samples.size());
        int third = Math.max(1, rest.size() / THIRDS);
        boolean flat = true;
        for (String name : samples.get(0).keySet()) {
            double first = median(rest.subList(0, third), name);
            double last = median(rest.subList(rest.size() - third, rest.size()), name);
            figures.put("first_" + name, Load.rounded(first));
            figures.put("last_" + name, Load.rounded(last));
            flat &= isFlat(name, first, last);
        }
        figures.put("per_second", figures.get("last_per_second"));
        figures.put("p50_ms", figures.get("last_p50_ms"));
        figures.put("p99_ms", figures.get("last_p99_ms"));
        figures.put("flat", flat);
    }

    private static boolean isFlat(String name, double first, double last) {
        if (name.equals("heap_mb") || name.equals("metaspace_mb")) {
            return last <= first * HEAP + SMALL_MB;
        } else if (name.endsWith("_mb")) {
            return last <= first * TABLES + SMALL_MB;
        } else if (name.equals("p50_ms") || name.equals("p99_ms")) {
            return last <= first * LATENCY;
        }
        boolean bounded = name.equals("threads") || name.equals("connections");
        return !bounded || last <= first * HEAP;
    }

    private static double median(List<Map<String, Double>> some, String name) {
        double[] values = some.stream()
                .mapToDouble(sample -> sample.getOrDefault(name, 0.0))
                .sorted()
                .toArray();
        return values[values.length / 2];
    }
}
