package dev.troth.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The entry of {@code ./dev bench}. */
@Command(
        name = "./dev bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures what a transaction costs, beside what others do, and prints tables with ratios.")
final class Bench implements Callable<Integer> {
    private static final String EVERYTHING = "all";

    @Parameters(
            arity = "0..*",
            paramLabel = "WORKLOAD",
            description = "What to measure, or all. Without one they are listed.")
    private List<String> names = List.of();

    @Option(names = "--rounds", defaultValue = "3", description = "Runs of each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "15", description = "Counted of each run (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--warm", defaultValue = "30", description = "Seconds before that (default: ${DEFAULT-VALUE}).")
    private int warm;

    @Option(
            names = "--only",
            defaultValue = ".*",
            description = "Only contenders that this expression finds in CLIENTS NAME: '8 Troth$'")
    private Pattern only = Pattern.compile(".*");

    @Option(
            names = "--out",
            defaultValue = "target/bench.jsonl",
            description = "Where lines are added (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("");

    @Option(
            names = "--jvm",
            paramLabel = "OPTION",
            description = "An option for the JVM of every run, for example of a profiler.")
    private List<String> jvm = new ArrayList<>();

    @Option(
            names = "--compare",
            description = "Afterwards compares the ratios of ours to others with those of docs/evidence/bench.jsonl;"
                    + " slower by 15 %% or more fails.")
    private boolean compare;

    @Option(names = "--commit", defaultValue = "unknown", hidden = true)
    private String commit = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        if (names.isEmpty()) {
            list();
            return 0;
        }
        List<Workload> chosen = chosen();
        Stage.Options options = new Stage.Options(warm, seconds, jvm, Path.of("target", "bench-errors"));
        Progress progress = new Progress(System.out, InstantSource.system(), options);
        chosen.forEach(each -> cells(each).forEach(cell -> progress.expect(cell, rounds)));
        Map<String, Object> facts = new LinkedHashMap<>(options.facts());
        facts.put("commit", commit);
        facts.put("session", progress.now());
        Optional<List<Line>> earlier = earlier();
        try (Stage stage = new Stage(options)) {
            Session session = new Session(stage, progress, this::add, facts);
            int code;
            try {
                chosen.forEach(each -> session.play(each, cells(each), rounds));
            } finally { // what was measured is told, whatever ends the session
                code = new Outcome(session.lines(), Ansi.AUTO).tell(chosen, System.out, earlier);
            }
            return code;
        }
    }

    /** What to compare with: empty if that was not asked for. */
    private Optional<List<Line>> earlier() throws IOException {
        if (!compare) {
            return Optional.empty();
        }
        Path file = Path.of("docs").resolve(Performance.EVIDENCE);
        List<Line> lines = Line.of(file).stream()
                .filter(line -> only.matcher(line.text("clients") + " " + line.text("contender"))
                        .find())
                .toList();
        if (lines.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "There is nothing to compare with: " + file + " has no line of these contenders.");
        }
        return Optional.of(lines);
    }

    private List<Workload> chosen() {
        return names.contains(EVERYTHING)
                ? List.of(Workload.values())
                : names.stream()
                        .map(name -> Workload.named(name)
                                .orElseThrow(() -> new ParameterException(
                                        spec.commandLine(),
                                        "There is no workload '" + name + "'. ./dev bench lists them.")))
                        .toList();
    }

    private List<Cell> cells(Workload workload) {
        return workload.cells().stream().filter(cell -> cell.matches(only)).toList();
    }

    private void list() {
        Stage.Options options = new Stage.Options(warm, seconds, jvm, out);
        System.out.printf(
                "./dev bench WORKLOAD... | %s, see --help. With %d rounds of %d + %d seconds:%n%n",
                EVERYTHING, rounds, warm, seconds);
        for (Workload each : Workload.values()) {
            Progress all = new Progress(System.out, InstantSource.system(), options);
            cells(each).forEach(cell -> all.expect(cell, rounds));
            System.out.printf(
                    "%-18s %3d min  %s%n", each.title(), all.remaining().toMinutes() + 1, each.about());
        }
    }

    private void add(Line line) {
        try {
            Files.writeString(out, line.json() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("The figures could not be added to " + out, e);
        }
    }
}
