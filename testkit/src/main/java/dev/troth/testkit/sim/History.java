package dev.troth.testkit.sim;

import java.util.List;

/**
 * What came of a simulation.
 *
 * @param seed its seed
 * @param transactions how many transactions were submitted
 * @param faults what went wrong, in the order in which it did
 * @param violations what was not as it must be; empty if all was well
 * @param digest the same for the same history
 * @param trace what happened, line by line
 * @param coverage how often what happened
 */
public record History(
        long seed,
        int transactions,
        List<Fault> faults,
        List<String> violations,
        String digest,
        List<String> trace,
        Coverage coverage) {

    /** Copies the lists. */
    public History {
        faults = List.copyOf(faults);
        violations = List.copyOf(violations);
        trace = List.copyOf(trace);
    }

    static History of(long seed, World world, List<Caller> callers) {
        return new History(
                seed,
                (int) callers.stream().filter(Caller::submitted).count(),
                world.faults().happened(),
                world.violations(),
                world.journal.digest(),
                world.journal.lines(),
                world.coverage());
    }

    /** Whether all was as it must be. */
    public boolean holds() {
        return violations.isEmpty();
    }
}
