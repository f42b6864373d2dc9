package dev.troth.rates;

import java.util.List;

/** Quick look. */
final class Rates {
    private Rates() {}

    public static void main(String[] arguments) throws Exception {
        int times = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8000;
        try (Bench bench = new Bench()) {
            List<Workload> all = List.of(
                    new RawPublishing(), new TransportAlone(), new RelayAlone(), new TwoCommits(), new EndToEnd());
            for (int round = 0; round < 3; round++) {
                for (Workload each : all) {
                    if (arguments.length > 1 && !each.name().contains(arguments[1])) {
                        continue;
                    }
                    System.out.printf("%d %-35s %8.0f/s%n", round, each.name(), each.run(bench, times));
                }
            }
        }
    }
}
