package dev.troth.bench.run;

/**
 * What clients were told.
 *
 * @param calls that were answered
 * @param ids of these, added up
 * @param errors calls that failed, of which nobody knows whether they wrote
 */
record Answered(long calls, long ids, long errors) {
    private static final long CALLS_PER_ERROR = 1_000;

    /** Whether so many rows can be what was answered and what failed; more than one error in a thousand calls is a contender that does not work. */
    boolean explains(long rows) {
        return calls > 0 && errors * CALLS_PER_ERROR <= calls && rows >= calls && rows - calls <= errors;
    }
}
