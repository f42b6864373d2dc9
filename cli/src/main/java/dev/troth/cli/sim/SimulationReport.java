package dev.troth.cli.sim;

import dev.troth.testkit.sim.Campaign;
import dev.troth.testkit.sim.Coverage;
import dev.troth.testkit.sim.Fault;
import dev.troth.testkit.sim.Happening;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A line every few seconds; at the end a table for people and a line of JSON for documents. */
public final class SimulationReport {
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final PrintWriter out;
    private final InstantSource clock;
    private final long firstSeed;
    private final Instant begin;
    private Instant next;

    /** Begins now. */
    public SimulationReport(PrintWriter out, InstantSource clock, long firstSeed) {
        this.out = out;
        this.clock = clock;
        this.firstSeed = firstSeed;
        this.begin = clock.instant();
        this.next = begin.plus(EVERY);
    }

    /** Tells how far it is, if it is time to. */
    public void progress(Campaign campaign) {
        if (!clock.instant().isBefore(next)) {
            next = clock.instant().plus(EVERY);
            out.println(summary(campaign));
            out.flush();
        }
    }

    private String summary(Campaign campaign) {
        double seconds = seconds();
        return String.format(
                Locale.ROOT,
                "%6.0f s  %,d histories  %,d transactions  %,d faults  %,.0f transactions/s",
                seconds,
                campaign.histories(),
                campaign.transactions(),
                campaign.coverage().faults(),
                campaign.transactions() / seconds);
    }

    private double seconds() {
        return Math.max(0.001, Duration.between(begin, clock.instant()).toMillis() / 1000.0);
    }

    /** Tells what has come of it. */
    public void finish(Campaign campaign) {
        Coverage coverage = campaign.coverage();
        out.println(summary(campaign));
        for (Happening happening : Happening.values()) {
            out.println(String.format(Locale.ROOT, "%,12d  %s", coverage.of(happening), happening.text()));
        }
        for (Fault.Kind kind : Fault.Kind.values()) {
            out.println(String.format(Locale.ROOT, "%,12d  faults: %s", coverage.of(kind), kind.text()));
        }
        if (!coverage.missing().isEmpty()) {
            out.println("Never happened, so nothing is known of it: " + coverage.missing() + ". Run for longer.");
        }
        out.println(json(campaign));
        out.println(verdict(campaign));
        out.flush();
    }

    private static String verdict(Campaign campaign) {
        if (campaign.failed().isPresent()) {
            return "A history FAILED.";
        }
        return campaign.coverage().missing().isEmpty()
                ? "All that must hold, held in every history."
                : "No history violated a rule, but the run was too short to count: see above what never happened.";
    }

    private String json(Campaign campaign) {
        Coverage coverage = campaign.coverage();
        String counts = Stream.concat(
                        Arrays.stream(Happening.values()).map(it -> pair(it.name(), coverage.of(it))),
                        Arrays.stream(Fault.Kind.values()).map(it -> pair("FAULT_" + it.name(), coverage.of(it))))
                .collect(Collectors.joining(","));
        return "{" + pair("first_seed", firstSeed) + "," + pair("histories", campaign.histories()) + ","
                + pair("transactions", campaign.transactions()) + "," + pair("faults", coverage.faults()) + ","
                + pair("seconds", (long) seconds()) + ","
                + pair("failed", campaign.failed().isPresent() ? 1 : 0)
                + ",\"counts\":{" + counts + "}}";
    }

    private static String pair(String name, long value) {
        return '"' + name.toLowerCase(Locale.ROOT) + "\":" + value;
    }
}
