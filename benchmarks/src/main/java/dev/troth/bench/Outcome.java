package dev.troth.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;

/**
 * How a session ended.
 *
 * @param lines what was measured
 * @param ansi whether words may be coloured
 */
record Outcome(List<Line> lines, Ansi ansi) {

    /** Prints tables and, if there is something to compare with, how ours has changed; returns what the program exits with. */
    int tell(List<Workload> workloads, PrintStream out, Optional<List<Line>> earlier) {
        boolean slower = false;
        for (Workload workload : workloads) {
            Squares now = Squares.of(workload, lines);
            if (!now.isEmpty()) {
                out.print(new Tables(now).text());
            }
            if (earlier.isPresent()) {
                slower |= compare(now, Squares.of(workload, earlier.get()), out);
            }
        }
        long wrong = lines.stream().filter(line -> !line.right()).count();
        long failed = lines.stream().filter(line -> !line.failure().isEmpty()).count();
        if (wrong > 0) {
            out.println();
            out.println(red((wrong - failed) + " runs were WRONG: their databases did not hold what they had to; "
                    + failed + " gave no figures. What they wrote is in the files that their lines name."));
        }
        long missed = lines.stream().filter(line -> !line.missed().isEmpty()).count();
        if (missed > 0) {
            out.println();
            out.println(red(missed + " runs MISSED what was wished of them, as the tables say."));
        }
        return wrong > 0 || missed > 0 || slower ? 1 : 0;
    }

    private boolean compare(Squares now, Squares then, PrintStream out) {
        List<Comparison.Finding> findings = new Comparison(now, then).findings();
        out.println();
        out.println(now.workload().title() + ", ours to others, beside docs/evidence/bench.jsonl:");
        for (Comparison.Finding finding : findings) {
            boolean slower = finding.verdict() == Comparison.Verdict.SLOWER;
            out.println(slower ? red(finding.text() + ": SLOWER") : finding.text());
        }
        return findings.stream().anyMatch(finding -> finding.verdict() == Comparison.Verdict.SLOWER);
    }

    private String red(String words) {
        return ansi.enabled() ? "\u001b[31m" + words + "\u001b[0m" : words;
    }
}
