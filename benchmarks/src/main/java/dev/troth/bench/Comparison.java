package dev.troth.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * This session beside an earlier one. Machines differ, so not figures are compared but ratios: ours to each other contender of the same
 * session, in what the workload is about.
 */
final class Comparison {
    /** From so much on ours is slower than it was. */
    private static final double TOLERATED = 0.15;

    private static final double ROUNDING = 1e-9;

    private final Squares now;
    private final Squares then;
    private final Measure measure;

    Comparison(Squares now, Squares then) {
        this.now = now;
        this.then = then;
        this.measure = now.workload().measures().get(0);
    }

    /** What can be said of a square. */
    enum Verdict {
        SLOWER,
        AS_BEFORE,
        NEW,
        MISSING
    }

    /**
     * One sentence.
     *
     * @param verdict of the pair
     * @param text for people
     */
    record Finding(Verdict verdict, String text) {}

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (Square ours : now.all().stream().filter(Square::ours).toList()) {
            for (Square other : now.at(ours.place())) {
                if (!other.ours()) {
                    findings.add(finding(ours, other));
                }
            }
        }
        for (Square square : then.all()) {
            if (now.at(square.place(), square.contender()).isEmpty()) {
                findings.add(new Finding(Verdict.MISSING, name(square) + " was measured before and now was not"));
            }
        }
        return findings;
    }

    private Finding finding(Square ours, Square other) {
        String pair = name(ours) + " / " + other.contender() + ": ";
        OptionalDouble before = then(ours).isEmpty() || then(other).isEmpty()
                ? OptionalDouble.empty()
                : advantage(then(ours).get(), then(other).get());
        OptionalDouble after = advantage(ours, other);
        if (before.isEmpty()) {
            return new Finding(Verdict.NEW, pair + "not measured before, now " + shown(after));
        }
        if (after.isEmpty()) {
            return new Finding(Verdict.MISSING, pair + shown(before) + " before, no figure now");
        }
        double change = after.getAsDouble() / before.getAsDouble() - 1;
        return new Finding(
                change <= -TOLERATED + ROUNDING ? Verdict.SLOWER : Verdict.AS_BEFORE,
                pair + shown(before) + " before, now " + shown(after)
                        + String.format(Locale.ROOT, " (%+.0f %%)", change * 100));
    }

    private static String shown(OptionalDouble advantage) {
        return advantage.isEmpty() ? "no figure" : Shown.ratio(advantage.getAsDouble());
    }

    private Optional<Square> then(Square square) {
        return then.at(square.place(), square.contender());
    }

    /** How many times better one is than the other. */
    private OptionalDouble advantage(Square one, Square other) {
        return measure.moreIsBetter() ? one.ratio(measure, other) : other.ratio(measure, one);
    }

    private String name(Square square) {
        return now.workload().title() + ", " + now.shown(square.place()) + ", " + square.contender();
    }
}
