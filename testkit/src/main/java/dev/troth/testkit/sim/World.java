package dev.troth.testkit.sim;

import dev.troth.protocol.Gid;
import dev.troth.testkit.sim.Fault.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** What everything in a history shares: time, chance, faults, and what is noted. */
final class World {
    /** When every history begins. */
    static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    static final long MILLISECOND = 1_000_000;
    static final long SECOND = 1000 * MILLISECOND;

    private final long seed;
    private final Faults faults;
    private final SplittableRandom jitter;
    private final Set<String> decided = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private final Coverage coverage = new Coverage();
    final EventLoop loop = new EventLoop(this::taskFailed);
    final Journal journal = new Journal(loop);

    World(long seed, Faults faults) {
        this.seed = seed;
        this.faults = faults;
        this.jitter = Chance.of(seed, "jitter");
    }

    long seed() {
        return seed;
    }

    Faults faults() {
        return faults;
    }

    Coverage coverage() {
        return coverage;
    }

    /** A little time, as everything takes that is done by real machines. */
    long jitter(long most) {
        return jitter.nextLong(most) + 1;
    }

    /** What goes wrong at this place, if anything does. */
    Optional<Fault> fault(String place, Kind... kinds) {
        Optional<Fault> fault = faults.at(journal.place(place), kinds);
        fault.ifPresent(struck -> {
            coverage.count(struck);
            journal.note("FAULT", struck.toString());
        });
        return fault;
    }

    void count(Happening happening) {
        coverage.count(happening);
    }

    /** The coordinator has told its caller the outcome. */
    void decided(Gid gid) {
        decided.add(gid.toString());
    }

    boolean isDecided(String gid) {
        return decided.contains(gid);
    }

    /** Something is not as it must be. */
    void violated(String rule, String how) {
        violations.add(rule + ": " + how);
        journal.note("VIOLATED", rule + ": " + how);
    }

    List<String> violations() {
        return violations;
    }

    private void taskFailed(Throwable failure) {
        StringBuilder text = new StringBuilder(failure.toString());
        for (int i = 0; i < Math.min(12, failure.getStackTrace().length); i++) {
            text.append("\n        ").append(failure.getStackTrace()[i]);
        }
        violated("no task fails", text.toString());
    }
}
