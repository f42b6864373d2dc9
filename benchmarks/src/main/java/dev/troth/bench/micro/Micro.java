package dev.troth.bench.micro;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troth.bench.fixture.Load;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The entry of {@code ./dev bench micro}: JMH with its profiler of allocations. */
@Command(
        name = "./dev bench micro",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures the pure parts with JMH: nanoseconds and allocated bytes of each call.")
public final class Micro implements Callable<Integer> {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    @Option(names = "--only", defaultValue = ".*", description = "Only benchmarks that this expression finds.")
    private String only = "";

    @Option(names = "--forks", defaultValue = "2", description = "JVMs of each (default: ${DEFAULT-VALUE}).")
    private int forks;

    @Option(
            names = "--millis",
            defaultValue = "1000",
            description = "Of each of 5 + 5 iterations (default: ${DEFAULT-VALUE}).")
    private int millis;

    @Option(
            names = "--out",
            defaultValue = "target/bench.jsonl",
            description = "Where lines are added (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("");

    @Option(names = "--commit", defaultValue = "unknown", hidden = true)
    private String commit = "";

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Micro()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        ObjectMapper json = new ObjectMapper();
        System.out.printf("%-34s %12s %10s %10s%n", "", "ns/op", "±", "B/op");
        for (Map<String, Object> line : measure(only, forks, millis)) {
            System.out.printf(
                    "%-34s %12s %10s %10s%n",
                    line.get("contender"), line.get("ns_per_op"), line.get("ns_error"), line.get("bytes_per_op"));
            line.put("commit", commit);
            Files.writeString(
                    out, json.writeValueAsString(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return 0;
    }

    /** Runs those, each in so many JVMs; in this one if none. */
    static List<Map<String, Object>> measure(String which, int forks, int millis) throws RunnerException {
        TimeValue time = TimeValue.milliseconds(millis);
        Options options = new OptionsBuilder()
                .include(Micro.class.getPackageName() + "\\..*(" + which + ")")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .addProfiler(GCProfiler.class)
                .forks(forks)
                .warmupTime(time)
                .measurementTime(time)
                .warmupIterations(5)
                .measurementIterations(5)
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        return results.stream().map(Micro::line).toList();
    }

    private static Map<String, Object> line(RunResult result) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("workload", "micro");
        line.put("contender", result.getParams().getBenchmark().replaceAll(".*\\.(\\w+\\.\\w+)$", "$1"));
        line.put("ns_per_op", Load.rounded(result.getPrimaryResult().getScore()));
        line.put("ns_error", Load.rounded(result.getPrimaryResult().getScoreError()));
        for (String key : result.getSecondaryResults().keySet()) {
            if (key.endsWith(ALLOCATED)) {
                line.put(
                        "bytes_per_op",
                        Load.rounded(result.getSecondaryResults().get(key).getScore()));
            }
        }
        line.put("right", true);
        return line;
    }
}
