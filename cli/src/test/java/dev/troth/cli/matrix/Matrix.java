package dev.troth.cli.matrix;

import dev.troth.cli.harness.ResultFile;
import dev.troth.cli.harness.Spread;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The entry of {@code ./dev matrix}. */
@Command(
        name = "matrix",
        mixinStandardHelpOptions = true,
        description =
                "Does every harm to everybody, at every point of a transaction between two services, and looks what remains.")
final class Matrix implements Callable<Integer> {
    @Option(
            names = "--databases",
            split = ",",
            defaultValue = "postgresql+postgresql,postgresql+mariadb,mariadb+postgresql,mariadb+mariadb",
            description = "Which databases, as log+participant (default: ${DEFAULT-VALUE}).")
    private List<String> databases = List.of();

    @Option(names = "--harm", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private List<Harm> harms = List.of(Harm.values());

    @Option(names = "--victim", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
    private List<Party> victims = List.of(Party.values());

    @Option(names = "--point", split = ",", description = "Only at these points: ${COMPLETION-CANDIDATES}.")
    private List<CrashPoint> points = List.of(CrashPoint.values());

    @Option(names = "--every", defaultValue = "1", description = "Only every N-th case (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(names = "--commit", defaultValue = "", description = "What is tested, for the result.")
    private String commit = "";

    @Option(names = "--result", defaultValue = "target/matrix.jsonl", description = "Where the results go.")
    private Path file = Path.of("target/matrix.jsonl");

    private final Map<Harm, List<Long>> unlocked = new EnumMap<>(Harm.class);
    private final List<String> failed = new ArrayList<>();
    private int done;

    /** A line of the result file. */
    private record Result(
            String run,
            String commit,
            String databases,
            String harm,
            String victim,
            String point,
            int status,
            long unlockedMillis,
            long recoveryMillis,
            long commitsMillis,
            boolean passed,
            String wrong) {}

    /** Runs it and ends the JVM with 0 if everything was as it should be, 1 if not. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Matrix())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<Cell> cells = Cell.all().stream()
                .filter(cell -> harms.contains(cell.harm()))
                .filter(cell -> victims.contains(cell.victim()))
                .filter(cell -> points.contains(cell.point()))
                .toList();
        say("Answer to the caller (0: none), ms until nothing is locked, until nothing is owed, until another commit:");
        for (String pair : databases) {
            play(pair, cells);
        }
        summary();
        return failed.isEmpty() ? 0 : 1;
    }

    private void play(String pair, List<Cell> cells) throws Exception {
        String[] both = pair.split("\\+", 2);
        Scene scene = new Scene(database(both[0]), database(both[both.length - 1])).start();
        try {
            for (int i = 0; i < cells.size(); i += every) {
                if (!play(scene, pair, cells.get(i))) { // what remains must not be taken for another cell's
                    scene.close();
                    scene = new Scene(database(both[0]), database(both[both.length - 1])).start();
                }
            }
        } finally {
            scene.close();
        }
    }

    private boolean play(Scene scene, String pair, Cell cell) throws Exception {
        done++;
        Play.Ending ending = played(scene, cell);
        boolean passed = ending.wrong().isEmpty();
        long millis = ending.unlocked().toMillis();
        String unused = new ResultFile(file)
                .append(new Result(
                        "matrix",
                        commit,
                        pair,
                        cell.harm().toString(),
                        cell.victim().toString(),
                        cell.point().toString(),
                        ending.told().status(),
                        millis,
                        ending.recovery().toMillis(),
                        ending.commits().toMillis(),
                        passed,
                        ending.wrong()));
        unlocked.computeIfAbsent(cell.harm(), harm -> new ArrayList<>()).add(millis);
        say(String.format(
                Locale.ROOT,
                "%4d  %-21s %-70s %3d  %6d ms  %6d ms  %6d ms  %s",
                done,
                pair,
                cell,
                ending.told().status(),
                millis,
                ending.recovery().toMillis(),
                ending.commits().toMillis(),
                passed ? "" : "WRONG: " + ending.wrong()));
        if (!passed) {
            failed.add(pair + ", " + cell + ": " + ending.wrong());
        }
        return passed;
    }

    /** What did not go as planned is a wrong cell, not the end of the run. */
    private Play.Ending played(Scene scene, Cell cell) throws InterruptedException {
        try {
            return new Play(scene, cell, "case " + done).run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return Play.Ending.wrong(cell, Submission.NONE, e.toString());
        }
    }

    private static DatabaseServer database(String kind) {
        return kind.equals("mariadb") ? MariaDbServer.local() : PostgresServer.local();
    }

    private void summary() {
        say(String.format(Locale.ROOT, "%n%-10s %6s %8s %8s %8s", "unlocked", "cases", "p50 ms", "p99 ms", "max ms"));
        unlocked.forEach((harm, millis) -> {
            Spread spread = Spread.of(millis);
            say(String.format(
                    Locale.ROOT,
                    "%-10s %6d %8d %8d %8d",
                    harm,
                    spread.count(),
                    spread.p50(),
                    spread.p99(),
                    spread.max()));
        });
        failed.forEach(text -> say("WRONG: " + text));
        say(
                failed.isEmpty()
                        ? "All " + done + " cases are as they should be."
                        : failed.size() + " of " + done + " are not.");
    }

    private static void say(String text) {
        System.out.println(text);
        System.out.flush();
    }
}
