package dev.troth.jdbc;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How a branch store works.
 *
 * @param retention for how long after its deadline a branch row is kept; 24 hours by default
 * @param maxInFlight how many branches may be working or prepared at once; if empty, what the database allows
 *     (PostgreSQL's {@code max_prepared_transactions}), or 8 where each holds a connection
 */
public record BranchOptions(Duration retention, OptionalInt maxInFlight) {
    /** Where a branch holds a connection until it is decided, so many do. */
    static final int DEFAULT_IN_FLIGHT = 8;

    /** Checks both. */
    public BranchOptions {
        if (retention.isNegative()) {
            throw new IllegalArgumentException("A retention is not negative: " + retention);
        }
        if (maxInFlight.isPresent() && maxInFlight.getAsInt() < 1) {
            throw new IllegalArgumentException("At least one branch must be possible: " + maxInFlight.getAsInt());
        }
    }

    /** Retention of 24 hours, and as many branches as the database allows. */
    public static BranchOptions defaults() {
        return new BranchOptions(Duration.ofHours(24), OptionalInt.empty());
    }

    /** The same with another retention. */
    public BranchOptions withRetention(Duration kept) {
        return new BranchOptions(kept, maxInFlight);
    }

    /** The same with another bound of branches at once. */
    public BranchOptions withMaxInFlight(int branches) {
        return new BranchOptions(retention, OptionalInt.of(branches));
    }
}
