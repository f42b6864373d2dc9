package dev.troth.soak;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.cli.harness.Chaos;
import dev.troth.cli.harness.ResultFile;
import dev.troth.cli.harness.Timeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The entry of {@code ./dev soak}. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = "Sends numbered events from one database over a broker into another, while everything breaks.")
final class Soak implements Callable<Integer> {
    private static final int KEYS = Stage.WRITERS.size() * Writer.THREADS * Writer.KEYS_OF_THREAD;
    private static final Duration PROGRESS = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofMinutes(3);
    private static final int SHOWN = 50;

    @Option(names = "--messages", defaultValue = "1000000", description = "How many (default: ${DEFAULT-VALUE}).")
    private long messages;

    @Option(names = "--seed", description = "Chooses what breaks (default: any).")
    private long seed = System.nanoTime() % 1_000_000;

    @Option(names = "--calm", description = "Breaks nothing.")
    private boolean calm;

    @Option(names = "--mariadb", description = "The readers' database is MariaDB.")
    private boolean mariadb;

    @Option(names = "--commit", defaultValue = "", description = "What is tested, for the result.")
    private String commit = "";

    @Option(names = "--result", defaultValue = "target/soak.jsonl", description = "Where the result goes.")
    private Path file = Path.of("target/soak.jsonl");

    private final Timeline timeline = new Timeline();
    private final List<String> wrong = new ArrayList<>();

    /** A line of the result file. */
    private record Result(
            String run,
            String commit,
            long seed,
            String readers,
            long messages,
            int keys,
            boolean passed,
            Map<String, Long> faults,
            long seconds,
            List<String> wrong) {}

    /** Runs it and ends the JVM with 0 if everything is as it should be, 1 if not. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Soak()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        say("seed " + seed + ": starting two databases, a broker, two writers and two readers ...");
        try (Stage stage = new Stage(mariadb)) {
            stage.start(each());
            run(stage);
        }
        return wrong.isEmpty() ? 0 : 1;
    }

    private long each() {
        return Math.max(1, messages / KEYS);
    }

    private void run(Stage stage) throws Exception {
        long began = System.nanoTime();
        long target = each() * KEYS;
        try (HikariDataSource writers = stage.writersDatabase();
                HikariDataSource readers = stage.readersDatabase()) {
            Progress progress = new Progress(writers, readers, this::say);
            try (Chaos chaos = new Chaos(timeline)) {
                if (!calm) {
                    chaos.lane("services", seed, stage::services)
                            .lane("servers", seed + 1, stage::servers)
                            .lane("wires", seed + 2, stage::wires);
                }
                progress.until(target / 10 * 9, SILENCE, PROGRESS, () -> {
                    chaos.check();
                    return "; faults " + timeline.faults() + ", last: " + timeline.last();
                });
            } catch (AssertionError e) {
                wrong.add(String.valueOf(e.getMessage()));
            }
            say("everything is mended");
            drain(progress, target);
            wrong.addAll(Audit.of(writers, readers, KEYS, each()));
            report(target, (System.nanoTime() - began) / 1_000_000_000);
        }
    }

    private void drain(Progress progress, long target) throws InterruptedException {
        try {
            progress.until(target, SILENCE, PROGRESS, () -> "");
            progress.untilNothingIsLeft(SILENCE);
        } catch (AssertionError e) {
            wrong.add(String.valueOf(e.getMessage()));
        }
    }

    private void report(long target, long seconds) throws Exception {
        Result result = new Result(
                "soak",
                commit,
                seed,
                mariadb ? "mariadb" : "postgresql",
                target,
                KEYS,
                wrong.isEmpty(),
                timeline.counts(),
                seconds,
                wrong.stream().limit(SHOWN).toList());
        String line = new ResultFile(file).append(result);
        if (!result.passed()) {
            say("FAILED with seed " + seed + ". What was broken, and when:\n" + timeline);
            wrong.stream().limit(SHOWN).forEach(text -> say("  " + text));
        }
        say(line);
        say(result.passed() ? "Each was applied once, in order." : "FAILED.");
    }

    private void say(String text) {
        System.out.printf("[%6.1f s] %s%n", timeline.millis() / 1000.0, text);
        System.out.flush();
    }
}
