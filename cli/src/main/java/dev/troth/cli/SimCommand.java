package dev.troth.cli;

import dev.troth.cli.sim.SimulationReport;
import dev.troth.testkit.sim.Campaign;
import dev.troth.testkit.sim.History;
import dev.troth.testkit.sim.Simulation;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "sim",
        sortOptions = false,
        description = {
            "Run the engine in simulated histories, in which hosts, databases, broker, network and clocks fail, and check what must"
                    + " hold. Every history follows from its seed alone.",
            "Exit status 1 if a history violates a rule; then it is made as small as possible and shown. Also if the run was so short"
                    + " that something which it must have seen never happened."
        })
final class SimCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--seed", paramLabel = "S", description = "Run the history of this seed alone, and show its trace.")
    private @Nullable Long seed;

    @Option(
            names = "--from",
            paramLabel = "S",
            description = "The first seed of many; by default one that follows from the clock.")
    private @Nullable Long from;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "1",
            description = "How long to run histories (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Override
    public Integer call() {
        Verbosity.quiet();
        PrintWriter out = spec.commandLine().getOut();
        return seed == null ? many(out) : one(out, seed);
    }

    private static int one(PrintWriter out, long seed) {
        History history = Simulation.ofSeed(seed).run();
        if (!history.holds()) {
            return failed(out, history);
        }
        history.trace().forEach(out::println);
        out.println("Seed " + seed + ": " + history.transactions() + " transactions, "
                + history.faults().size() + " faults, digest " + history.digest() + ". All that must hold, holds.");
        out.flush();
        return 0;
    }

    private int many(PrintWriter out) {
        if (!(minutes > 0)) {
            throw new ParameterException(spec.commandLine(), "--minutes must be above 0, but is " + minutes);
        }
        Instant begin = Main.CLOCK.instant();
        Instant end = begin.plus(Duration.ofMillis((long) (minutes * 60_000)));
        long first = from == null ? begin.toEpochMilli() * 1_000 : from;
        SimulationReport report = new SimulationReport(out, Main.CLOCK, first);
        out.println("Seeds from " + first + " on, until " + end + " ...");
        out.flush();
        Campaign campaign = Campaign.run(first, seed -> Main.CLOCK.instant().isBefore(end), report::progress);
        report.finish(campaign);
        return campaign.failed()
                .map(history -> failed(out, history))
                .orElse(campaign.coverage().missing().isEmpty() ? 0 : 1);
    }

    private static int failed(PrintWriter out, History history) {
        out.println("Seed " + history.seed() + " violates " + history.violations() + "\nMaking it small ...");
        out.flush();
        out.println(history.shrunk().report());
        out.println("Repeat it: ./dev sim --seed " + history.seed());
        out.flush();
        return 1;
    }
}
