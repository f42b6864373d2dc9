package dev.troth.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The entry of {@code ./dev bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures what a transaction costs, beside what others do, and prints tables with ratios.")
final class Bench implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "WORKLOAD", description = "What to measure.")
    private List<String> workloads = List.of();

    @Option(names = "--rounds", defaultValue = "3", description = "Runs of each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "15", description = "Counted of each run (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--warm", defaultValue = "5", description = "Seconds before that (default: ${DEFAULT-VALUE}).")
    private int warm;

    @Option(names = "--only", defaultValue = ".*", description = "Only contenders that this expression finds in CLIENTS NAME.")
    private Pattern only = Pattern.compile(".*");

    @Option(names = "--out", defaultValue = "target/bench.jsonl", description = "Where lines are added (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("");

    @Option(names = "--commit", defaultValue = "unknown", hidden = true)
    private String commit = "";

    @Option(names = "--jvm", description = "An option for the JVM of every run, for example of a profiler.")
    private List<String> jvm = new ArrayList<>();

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        ObjectMapper json = new ObjectMapper();
        List<Map<String, Object>> lines = new ArrayList<>();
        try (Stage stage = new Stage(new Stage.Options(warm, seconds, jvm))) {
            for (String name : workloads) {
                Workload workload = java.util.Arrays.stream(Workload.values())
                        .filter(each -> each.title().equals(name))
                        .findFirst()
                        .orElseThrow();
                for (int round = 1; round <= rounds; round++) {
                    for (Cell cell : workload.cells()) {
                        if (!only.matcher(cell.clients() + " " + cell.title()).find()) {
                            continue;
                        }
                        Map<String, Object> line = new LinkedHashMap<>();
                        line.put("workload", name);
                        line.put("contender", cell.title());
                        line.put("clients", cell.clients());
                        line.put("databases", cell.databases());
                        line.put("content", cell.content());
                        line.put("round", round);
                        line.putAll(stage.play(cell));
                        line.put("commit", commit);
                        line.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
                        lines.add(line);
                        Files.writeString(
                                out,
                                json.writeValueAsString(line) + "\n",
                                StandardOpenOption.CREATE,
                                StandardOpenOption.APPEND);
                        System.out.printf(
                                "%s %-24s %2d clients  round %d  %8s/s  p50 %6s ms  cpu %5s ms  forced %5s  right %s others %s%n",
                                name,
                                cell.title(),
                                cell.clients(),
                                round,
                                line.get("per_second"),
                                line.get("p50_ms"),
                                line.get("cpu_ms"),
                                line.get("forced_per_tx"),
                                line.get("right"),
                                line.get("others_cores"));
                    }
                }
            }
        }
        return 0;
    }
}
