package dev.troth.testkit.sim;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What came of a simulation.
 *
 * @param seed its seed
 * @param scripts what callers did, by the number of their transaction
 * @param faults what went wrong, in the order in which it did
 * @param violations what was not as it must be; empty if all was well
 * @param digest the same for the same history
 * @param trace what happened, line by line
 * @param coverage how often what happened
 */
public record History(
        long seed,
        Map<Integer, String> scripts,
        List<Fault> faults,
        List<String> violations,
        String digest,
        List<String> trace,
        Coverage coverage) {

    private static final int MOST_LINES = 400;
    private static final Pattern ROUTINE = Pattern.compile(" (owed|list|purge)( = 0)? by ");

    /** Copies the collections. */
    public History {
        scripts = Collections.unmodifiableMap(new TreeMap<>(scripts));
        faults = List.copyOf(faults);
        violations = List.copyOf(violations);
        trace = List.copyOf(trace);
    }

    static History of(long seed, World world, List<Caller> callers) {
        return new History(
                seed,
                callers.stream()
                        .filter(Caller::submitted)
                        .filter(caller -> caller.script().number() < Simulation.MEETING)
                        .collect(Collectors.toMap(
                                caller -> caller.script().number(),
                                caller -> caller.script().toString())),
                world.faults().happened(),
                world.violations(),
                world.journal.digest(),
                world.journal.lines(),
                world.coverage());
    }

    /** If it violates a rule: a history of the same seed, with as few faults and transactions as still violate it. Takes a while. */
    public History shrunk() {
        return holds() ? this : Shrinker.shrink(this);
    }

    /** For people: what is wrong, what had gone wrong before, and what happened. */
    public String report() {
        StringBuilder text = new StringBuilder("Seed " + seed + " violates:\n");
        violations.forEach(violation -> text.append("  ").append(violation).append('\n'));
        text.append("Transactions:\n");
        scripts.values().forEach(script -> text.append("  ").append(script).append('\n'));
        text.append("Faults:\n");
        faults.forEach(fault -> text.append("  ").append(fault).append('\n'));
        text.append("What happened, without what recovery looks at in vain:\n");
        List<String> lines =
                trace.stream().filter(line -> !ROUTINE.matcher(line).find()).toList();
        lines.stream().limit(MOST_LINES).forEach(line -> text.append(line).append('\n'));
        if (lines.size() > MOST_LINES) {
            text.append("… and ").append(lines.size() - MOST_LINES).append(" lines more\n");
        }
        return text.toString();
    }

    /** How many transactions were submitted. */
    public int transactions() {
        return scripts.size();
    }

    /** Whether all was as it must be. */
    public boolean holds() {
        return violations.isEmpty();
    }
}
