package dev.troth.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/** Figures as people read them: about three digits. */
final class Shown {
    private static final double HUNDRED = 100;
    private static final double TEN = 10;

    private Shown() {}

    static String of(double value) {
        if (value == Math.rint(value) || Math.abs(value) >= HUNDRED) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, Math.abs(value) >= TEN ? "%.1f" : "%.2f", value);
    }

    /** How many times as much: two digits after the point, from ten on one. */
    static String ratio(double value) {
        return String.format(Locale.ROOT, value >= TEN ? "%,.1f" : "%.2f", value);
    }

    static String of(OptionalDouble value) {
        return value.isPresent() ? of(value.getAsDouble()) : "";
    }
}
