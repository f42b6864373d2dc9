package dev.troth.jdbc;

import java.time.Duration;

/**
 * How a decision log keeps its rows.
 *
 * @param history for how long a commit is kept after its deadline, and after everybody has confirmed it; 7 days by default
 * @param margin for how long after its deadline an abort is kept, at least as long as a statement may take; 10 minutes by default
 */
public record LogOptions(Duration history, Duration margin) {
    /** Checks that neither is negative. */
    public LogOptions {
        if (history.isNegative() || margin.isNegative()) {
            throw new IllegalArgumentException("history and margin are not negative: " + history + ", " + margin);
        }
    }

    /** History of 7 days, margin of 10 minutes. */
    public static LogOptions defaults() {
        return new LogOptions(Duration.ofDays(7), Duration.ofMinutes(10));
    }

    /** The same with another history. */
    public LogOptions withHistory(Duration kept) {
        return new LogOptions(kept, margin);
    }

    /** The same with another margin. */
    public LogOptions withMargin(Duration kept) {
        return new LogOptions(history, kept);
    }
}
