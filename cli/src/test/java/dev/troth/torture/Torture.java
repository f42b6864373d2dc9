package dev.troth.torture;

import dev.troth.cli.harness.Chaos;
import dev.troth.cli.harness.Polling;
import dev.troth.cli.harness.ResultFile;
import dev.troth.cli.harness.Timeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The entry of {@code ./dev torture}. */
@Command(
        name = "torture",
        mixinStandardHelpOptions = true,
        description =
                "Moves money among three banks with databases of their own, over three brokers, while everything breaks.")
final class Torture implements Callable<Integer> {
    private static final Duration PROGRESS = Duration.ofSeconds(5);
    private static final Duration BACK_LIMIT = Duration.ofSeconds(60);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(60);
    private static final int SHOWN = 50;

    @Option(
            names = "--minutes",
            defaultValue = "10",
            description = "How long everything breaks (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(names = "--seed", description = "Chooses transfers and faults (default: any).")
    private long seed = System.nanoTime() % 1_000_000;

    @Option(names = "--clients", defaultValue = "32", description = "How many clients (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--leader-kills",
            defaultValue = "3",
            description = "How many leaders of queues are killed before, one by one (default: ${DEFAULT-VALUE}).")
    private int leaderKills;

    @Option(names = "--commit", defaultValue = "", description = "What is tested, for the result.")
    private String commit = "";

    @Option(names = "--result", defaultValue = "target/torture.jsonl", description = "Where the result goes.")
    private Path file = Path.of("target/torture.jsonl");

    private final Timeline timeline = new Timeline();
    private final List<String> wrong = new ArrayList<>();

    /** A line of the result file. */
    private record Result(
            String run,
            String commit,
            long seed,
            double minutes,
            int clients,
            boolean passed,
            Map<Verdict, Integer> transfers,
            Map<String, Long> faults,
            List<Long> leaderKillStallMillis,
            long backMillis,
            long drainedMillis,
            List<String> wrong) {}

    /** Runs it and ends the JVM with 0 if everything agrees, 1 if not. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Torture()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        say("seed " + seed + ": starting three databases, three brokers and three banks ...");
        try (Stage stage = new Stage()) {
            stage.start();
            run(stage);
        }
        return wrong.isEmpty() ? 0 : 1;
    }

    private void run(Stage stage) throws Exception {
        List<Long> stalls;
        long back;
        Clients clients =
                new Clients(count, seed, Stage.BANKS, bank -> stage.bank(bank).uri());
        try (clients) {
            stalls = new LeaderKills(stage, clients, timeline).run(leaderKills);
            say("leader kills stalled commits for " + stalls + " ms");
            try {
                storm(stage, clients);
            } catch (AssertionError e) {
                wrong.add("the storm ended early: " + e.getMessage());
            }
            long mended = System.nanoTime();
            back = settled("commits are back", BACK_LIMIT, () -> silent(clients, mended));
        }
        long drained = settled("drained", DRAIN_LIMIT, stage::remains);
        wrong.addAll(Audit.of(
                Books.read(stage.urls),
                clients.seen(),
                TransferMaker.INITIAL * TransferMaker.ACCOUNTS * Stage.BANKS.size()));
        report(new Result(
                "torture",
                commit,
                seed,
                minutes,
                count,
                wrong.isEmpty(),
                clients.counts(),
                timeline.counts(),
                stalls,
                back,
                drained,
                wrong.stream().limit(SHOWN).toList()));
    }

    private void storm(Stage stage, Clients clients) throws InterruptedException {
        Chaos chaos = new Chaos(timeline)
                .lane("services", seed, random -> new FaultMaker(stage, random)::service)
                .lane("databases", seed + 1, random -> new FaultMaker(stage, random)::database)
                .lane("brokers", seed + 2, random -> new FaultMaker(stage, random)::broker)
                .lane("wires", seed + 3, random -> new FaultMaker(stage, random)::wire);
        try (chaos) {
            long end = System.nanoTime() + (long) (minutes * 60e9);
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                boolean unused = new CountDownLatch(1).await(Math.min(left, PROGRESS.toNanos()), TimeUnit.NANOSECONDS);
                chaos.check();
                progress(clients);
            }
        }
        chaos.check();
        say("everything is mended");
    }

    /** Which banks have acknowledged nothing that they were asked for since then. */
    private static String silent(Clients clients, long since) {
        return Stage.BANKS.stream()
                .filter(bank -> clients.lastAcknowledged(bank) <= since)
                .map(bank -> bank + " acknowledges nothing")
                .collect(Collectors.joining(", "));
    }

    private long settled(String what, Duration limit, Supplier<String> question) {
        try {
            Duration passed = Polling.untilNothing(limit, question);
            say(what + " after " + passed.toMillis() + " ms");
            return passed.toMillis();
        } catch (AssertionError e) {
            wrong.add("not " + what + ": " + e.getMessage());
            return limit.toMillis();
        }
    }

    private void progress(Clients clients) {
        say(clients.counts().entrySet().stream()
                        .map(each -> each.getKey().toString().toLowerCase(Locale.ROOT) + " " + each.getValue())
                        .collect(Collectors.joining(", "))
                + "; faults " + timeline.faults() + ", last: " + timeline.last());
    }

    private void report(Result result) throws Exception {
        String line = new ResultFile(file).append(result);
        if (!result.passed()) {
            say("FAILED with seed " + seed + ". What was broken, and when:\n" + timeline);
            wrong.stream().limit(SHOWN).forEach(text -> say("  " + text));
            say("In all " + wrong.size() + " disagreements.");
        }
        say(line);
        say(result.passed() ? "Everything agrees." : "FAILED.");
    }

    private void say(String text) {
        System.out.printf("[%6.1f s] %s%n", timeline.millis() / 1000.0, text);
        System.out.flush();
    }
}
