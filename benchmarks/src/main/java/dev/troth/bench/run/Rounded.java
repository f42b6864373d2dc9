package dev.troth.bench.run;

/** Figures with as many digits as they deserve. */
final class Rounded {
    private static final double THOUSAND = 1_000;

    private Rounded() {}

    /** Three digits after the point. */
    static double of(double value) {
        return Math.round(value * THOUSAND) / THOUSAND;
    }
}
