package dev.troth.rates;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The entry of {@code ./dev rates}. */
@Command(
        name = "rates",
        mixinStandardHelpOptions = true,
        description = "Messages per second beside their yardsticks, in turns, and the time from publish to effect.")
final class Rates implements Callable<Integer> {
    private static final int LATENCIES = 300;
    private static final int WARM_UPS = 2; // until the JVM has compiled what is hot

    @Option(names = "--messages", defaultValue = "20000", description = "Of each run (default: ${DEFAULT-VALUE}).")
    private int messages;

    @Option(names = "--rounds", defaultValue = "3", description = "How many that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Rates()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Workload raw = new RawPublishing();
        Workload relay = new RelayAlone();
        Workload commits = new TwoCommits();
        Workload hand = new ByHand();
        Workload whole = new OutboxToInbox();
        List<Workload> all = List.of(raw, relay, commits, hand, whole);
        Map<Workload, List<Double>> rates = new LinkedHashMap<>();
        try (Bench bench = new Bench()) {
            for (int round = 1 - WARM_UPS; round <= rounds; round++) {
                for (Workload each : all) {
                    double rate = each.run(bench, messages);
                    System.out.printf(
                            "%s %-30s %7.0f/s%n", round <= 0 ? "warm-up" : "round " + round, each.name(), rate);
                    if (round > 0) {
                        rates.computeIfAbsent(each, none -> new ArrayList<>()).add(rate);
                    }
                }
            }
            System.out.printf("publish to effect, idle: median %.1f ms%n", Latency.median(bench, LATENCIES));
        }
        rates.forEach((workload, some) -> System.out.printf("%-30s median %7.0f/s%n", workload.name(), median(some)));
        ratio(rates, relay, raw);
        ratio(rates, whole, commits);
        ratio(rates, hand, commits);
        ratio(rates, whole, hand);
        return 0;
    }

    private static void ratio(Map<Workload, List<Double>> rates, Workload of, Workload to) {
        System.out.printf(
                "%s : %s = %.2f%n",
                of.name(),
                to.name(),
                median(rates.getOrDefault(of, List.of())) / median(rates.getOrDefault(to, List.of())));
    }

    private static double median(List<Double> rates) {
        List<Double> sorted = new ArrayList<>(rates);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
