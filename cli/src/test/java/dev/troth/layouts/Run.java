package dev.troth.layouts;

import java.util.Arrays;
import java.util.List;

/**
 * What one run showed.
 *
 * @param layout the layout
 * @param clients how many clients called at once
 * @param perSecond committed transactions a second
 * @param medianMillis from call to answer, the median
 */
record Run(String layout, int clients, double perSecond, double medianMillis) {

    static Run of(String layout, int clients, long[] nanos, double seconds) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Run(layout, clients, nanos.length / seconds, sorted[sorted.length / 2] / 1e6);
    }

    /** The middle one of several runs, each figure for itself, and how it compares with the first layout. */
    static void report(List<Run> runs, List<String> layouts, List<Integer> clients) {
        System.out.println("\nclients  layout           commits/s  of the first  median ms  of the first");
        for (int each : clients) {
            Run first = middle(runs, layouts.get(0), each);
            for (String layout : layouts) {
                Run here = middle(runs, layout, each);
                System.out.printf(
                        "%7d  %-15s  %9.0f  %12.2f  %9.1f  %12.2f%n",
                        each,
                        layout,
                        here.perSecond(),
                        here.perSecond() / first.perSecond(),
                        here.medianMillis(),
                        here.medianMillis() / first.medianMillis());
            }
        }
    }

    private static Run middle(List<Run> runs, String layout, int clients) {
        List<Run> same = runs.stream()
                .filter(run -> run.layout().equals(layout) && run.clients() == clients)
                .toList();
        double perSecond = same.stream().mapToDouble(Run::perSecond).sorted().toArray()[same.size() / 2];
        double millis = same.stream().mapToDouble(Run::medianMillis).sorted().toArray()[same.size() / 2];
        return new Run(layout, clients, perSecond, millis);
    }
}
