package dev.troth.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Tells how far a session is: a line for each run. */
final class Progress {
    private static final Duration EXPECTED_BESIDES = Duration.ofSeconds(6);

    private final PrintStream out;
    private final InstantSource clock;
    private final Stage.Options options;
    private int runs;
    private Duration left;
    private int ended;
    private Duration besides = Duration.ZERO;
    private Instant began = Instant.EPOCH;

    Progress(PrintStream out, InstantSource clock, Stage.Options options) {
        this.out = out;
        this.clock = clock;
        this.options = options;
        this.left = Duration.ZERO;
    }

    /** There are so many runs of it to come. */
    void expect(Cell cell, int times) {
        runs += times;
        left = left.plus(pure(cell).multipliedBy(times));
    }

    /** The time that a run takes beside starting, finishing and counting. */
    private Duration pure(Cell cell) {
        return Duration.ofSeconds(options.warm() + (long) cell.seconds(options.seconds()));
    }

    void starts(Cell cell, boolean again) {
        if (again) {
            expect(cell, 1);
        }
        began = clock.instant();
    }

    void ended(Workload workload, Cell cell, int round, Line line) {
        passed(cell);
        String rate = line.right() ? figures(workload, line) : "WRONG: " + line.json();
        String what = line.failure().isEmpty() ? rate : "FAILED: " + line.failure();
        say(workload, cell, round, what + (line.disturbed() ? ", disturbed by others" : ""));
    }

    private static String figures(Workload workload, Line line) {
        StringBuilder figures = new StringBuilder();
        for (Measure measure : workload.measures()) {
            measure.of(line)
                    .ifPresent(value -> figures.append(figures.isEmpty() ? "" : ", ")
                            .append(measure.title())
                            .append(' ')
                            .append(Shown.of(value)));
        }
        return figures.toString();
    }

    private void passed(Cell cell) {
        ended++;
        left = left.minus(pure(cell));
        besides = besides.plus(Duration.between(began, clock.instant())).minus(pure(cell));
    }

    private void say(Workload workload, Cell cell, int round, String what) {
        out.printf(
                Locale.ROOT,
                "%d of %d, %d min left  %s, %s %s, %s, round %d: %s%n",
                ended,
                runs,
                remaining().toMinutes() + 1,
                workload.title(),
                cell.facts().get(workload.axis().key()),
                workload.axis().unit(),
                cell.contender(),
                round,
                what);
    }

    /** How long the rest takes, if it goes on like that. */
    Duration remaining() {
        Duration each = ended == 0 ? EXPECTED_BESIDES : besides.dividedBy(ended);
        return left.plus(each.multipliedBy(runs - (long) ended));
    }

    String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
