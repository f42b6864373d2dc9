package dev.troth.testkit.sim;

import dev.troth.Troth;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.testkit.sim.Caller.Told;
import dev.troth.testkit.sim.Script.Call;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Knows what must be true when every fault is over and time has passed. */
final class Oracle {
    private static final long LONG = 16 * World.SECOND;

    private final Site site;
    private final World world;
    private final Set<BranchId> touchedByHand;

    Oracle(Site site, Set<BranchId> touchedByHand) {
        this.site = site;
        this.world = site.world();
        this.touchedByHand = touchedByHand;
    }

    // ---- while instances still run

    /** Whether nothing is left to be done. */
    boolean isQuiet() {
        return site.hosts().stream().allMatch(Oracle::isQuiet)
                && world.loop.blockedFor(World.SECOND).isEmpty()
                && site.broker().unsettled() == 0
                && site.stores().values().stream()
                        .allMatch(store -> store.inDoubt().isEmpty())
                && site.logs().values().stream()
                        .allMatch(log -> log.unfinished().isEmpty());
    }

    private static boolean isQuiet(Host host) {
        return host.connectionsInUse() == 0
                && host.troth()
                        .map(Troth::health)
                        .filter(health -> health.transactionsInFlight() == 0)
                        .filter(health ->
                                health.branchesWorking().values().stream().allMatch(working -> working == 0))
                        .isPresent();
    }

    void checkRunning() {
        for (Host host : site.hosts()) {
            Optional<Troth> running = host.troth();
            if (running.isEmpty()) {
                world.violated("whatever was killed starts again", host + " does not run");
                continue;
            }
            var health = running.get().health();
            if (health.transactionsInFlight() > 0) {
                world.violated("nothing runs for ever", health.transactionsInFlight() + " transactions at " + host);
            }
            if (health.branchesWorking().values().stream().anyMatch(working -> working > 0)) {
                world.violated("nothing runs for ever", "handlers at " + host + ": " + health.branchesWorking());
            }
            if (host.connectionsInUse() > 0) {
                world.violated("no connection is lost", host.connectionsInUse() + " are in use at " + host);
            }
        }
        if (site.broker().unsettled() > 0) {
            world.violated("every delivery is settled", site.broker().unsettled() + " are not");
        }
        List<Life> blocked = world.loop.blockedFor(LONG);
        if (!blocked.isEmpty()) {
            world.violated("no thread is lost", "threads still wait in " + blocked);
        }
        site.callers().forEach(this::checkOutcomeAsked);
    }

    /** Asks an instance what became of it; runs in its life. */
    private void checkOutcomeAsked(Caller caller) {
        if (caller.gid().isEmpty()) {
            return;
        }
        Gid gid = caller.gid().get();
        Host host = site.host(caller.script().host());
        world.loop.after(0, host.life(), () -> {
            Optional<Outcome> outcome = host.troth().flatMap(troth -> troth.outcome(gid));
            Optional<Outcome> row = site.log(host.service()).read(gid).map(DecisionRow::outcome);
            boolean agrees = outcome.isPresent()
                    ? outcome.equals(row) || (row.isEmpty() && outcome.get() == Outcome.ABORTED)
                    : isWithoutEffect(caller);
            if (!agrees && !(isWithoutEffect(caller) && row.isEmpty())) {
                world.violated(
                        "outcome(gid) agrees with the stores",
                        caller.script().name() + ": " + outcome + ", but the log has " + row);
            }
        });
    }

    private static boolean isWithoutEffect(Caller caller) {
        Script script = caller.script();
        return !script.localWork() && script.steps().stream().noneMatch(Step::writes);
    }

    /** Whether as many handlers as there are slots have met. */
    void checkMeeting() {
        for (String participant : site.topology().participants()) {
            if (!site.meeting().complete(participant)) {
                world.violated(
                        "no permit and no slot is lost",
                        "of " + Host.SLOTS + " handlers of " + participant + " only "
                                + site.meeting().arrived(participant) + " ran at once");
            }
        }
    }

    // ---- at the end

    void checkStores() {
        checkLogs();
        site.stores().forEach((participant, store) -> {
            store.inDoubt()
                    .forEach(left ->
                            world.violated("nothing prepared is left", participant + " has " + name(left.branch())));
            List<BranchId> applied = store.applied();
            Set<BranchId> once = new HashSet<>();
            applied.stream()
                    .filter(branch -> !once.add(branch))
                    .forEach(twice ->
                            world.violated("applied at most once", participant + " has applied twice " + name(twice)));
            store.heuristics().keySet().stream()
                    .filter(branch -> !touchedByHand.contains(branch))
                    .forEach(branch -> world.violated(
                            "heuristic only when a person interfered", participant + " has " + name(branch)));
        });
        site.callers().forEach(this::check);
    }

    private void checkLogs() {
        site.logs().forEach((service, log) -> {
            for (CommitRecord owed : log.unfinished()) {
                world.violated(
                        "no decision is owed for ever",
                        service + " owes " + world.journal.nameOf(owed.gid().toString()));
            }
        });
    }

    private String name(BranchId branch) {
        return world.journal.nameOfBranch(branch.toString());
    }

    private void check(Caller caller) {
        if (!caller.submitted() && applied(caller).isEmpty()) {
            return;
        }
        if (caller.script().call() == Call.EXECUTE) {
            checkOnePhase(caller);
        } else {
            checkTwoPhase(caller);
        }
        world.count(
                switch (caller.told()) {
                    case NOTHING -> Happening.UNTOLD;
                    case COMMITTED ->
                        caller.script().call() == Call.EXECUTE ? Happening.ONE_PHASE : Happening.COMMITTED;
                    case ROLLED_BACK -> Happening.ROLLED_BACK;
                    case UNKNOWN -> Happening.UNKNOWN;
                });
    }

    private void checkOnePhase(Caller caller) {
        int applied = applied(caller).size();
        int all = caller.script().steps().get(0).writes() ? 1 : 0;
        if (caller.told() == Told.COMMITTED && applied != all) {
            violated(caller, "told committed is there", "applied " + applied + " of " + all);
        } else if (caller.told() == Told.ROLLED_BACK && applied > 0) {
            violated(caller, "told rolled back is absent", "applied " + applied);
        } else if (applied > 1) {
            violated(caller, "applied at most once", "applied " + applied);
        }
    }

    private void checkTwoPhase(Caller caller) {
        boolean committed = caller.gid()
                .flatMap(gid ->
                        site.log(site.host(caller.script().host()).service()).read(gid))
                .filter(row -> row.outcome() == Outcome.COMMITTED)
                .isPresent();
        boolean nothingToDecide = isWithoutEffect(caller);
        if (caller.told() == Told.COMMITTED && !committed && !nothingToDecide) {
            violated(caller, "told committed is there", "the log has no commit");
        }
        if (caller.told() == Told.ROLLED_BACK && committed) {
            violated(caller, "told rolled back is absent", "the log has a commit");
        }
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < caller.script().steps().size(); i++) {
            if (committed && caller.script().steps().get(i).writes() && !isTouched(caller, i)) {
                expected.add(i);
            }
        }
        // What a person has rolled back may have been prepared again by a PREPARE that came twice.
        List<Integer> found = applied(caller).stream()
                .map(BranchId::number)
                .filter(branch -> !(committed && isTouched(caller, branch)))
                .sorted()
                .toList();
        if (!found.equals(expected)) {
            violated(
                    caller,
                    "all or nothing",
                    (committed ? "committed" : "not committed") + ", so " + expected + " should be applied, but are "
                            + found);
        }
        if (committed) {
            checkHeuristics(caller);
        }
    }

    private void checkHeuristics(Caller caller) {
        Set<Integer> applied = applied(caller).stream().map(BranchId::number).collect(Collectors.toSet());
        for (int i = 0; i < caller.script().steps().size(); i++) {
            BranchId branch = new BranchId(caller.gid().orElseThrow(), i);
            boolean lost =
                    caller.script().steps().get(i).writes() && touchedByHand.contains(branch) && !applied.contains(i);
            if (lost
                    && site.stores().values().stream()
                            .noneMatch(store -> store.heuristics().containsKey(branch))) {
                violated(caller, "what a person has done against a commit is noted", name(branch) + " is not");
            }
        }
    }

    private boolean isTouched(Caller caller, int branch) {
        return caller.gid()
                .filter(gid -> touchedByHand.contains(new BranchId(gid, branch)))
                .isPresent();
    }

    /** The branches of this caller's transaction that have committed, over all stores. */
    private List<BranchId> applied(Caller caller) {
        List<BranchId> applied = new ArrayList<>();
        for (Map.Entry<String, dev.troth.testkit.InMemoryBranchStore> store :
                site.stores().entrySet()) {
            store.getValue().applied().stream()
                    .filter(branch -> world.journal
                            .nameOf(branch.gid().toString())
                            .equals(caller.script().name()))
                    .forEach(applied::add);
        }
        return applied;
    }

    private void violated(Caller caller, String rule, String how) {
        world.violated(rule, caller.script().name() + " was told " + caller.told() + "; " + how);
    }
}
