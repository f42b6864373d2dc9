package dev.troth.testkit.sim;

import dev.troth.protocol.BranchId;
import dev.troth.spi.BranchStore;
import dev.troth.testkit.InMemoryBranchStore;
import dev.troth.testkit.sim.Fault.Kind;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Faults that come at a time of their own, and a person who interferes. */
final class Disasters {
    private final Site site;
    private final World world;
    private final Set<BranchId> touchedByHand = new LinkedHashSet<>();

    Disasters(Site site) {
        this.site = site;
        this.world = site.world();
    }

    /** Branches that the person has rolled back. */
    Set<BranchId> touchedByHand() {
        return touchedByHand;
    }

    /** Draws from the seed what will strike before the horizon, and plans it. */
    void plan(Weather weather, long horizon) {
        for (Kind kind : Kind.values()) {
            if (isTimed(kind)) {
                SplittableRandom random = Chance.of(world.seed(), "disasters " + kind);
                double expected = weather.perMinute(kind) * horizon / (60.0 * World.SECOND);
                int count = (int) (expected + random.nextDouble());
                for (int i = 0; i < count; i++) {
                    plan(kind, random.nextLong(horizon), weather.length(kind, random), random);
                }
            }
        }
    }

    private static boolean isTimed(Kind kind) {
        return kind.compareTo(Kind.CRASH) >= 0;
    }

    private void plan(Kind kind, long at, Duration length, SplittableRandom random) {
        List<String> targets = switch (kind) {
            case BROKER_RESTART -> List.of("the broker");
            case DATABASE_DOWN, DATABASE_CLOCK_FORWARD, DATABASE_CLOCK_BACK ->
                site.topology().databases();
            case INTERFERE -> site.topology().participants();
            default -> site.topology().hosts();
        };
        String target = targets.get(random.nextInt(targets.size()));
        Fault fault = new Fault(target + ", second " + Journal.seconds(at), kind, length);
        if (world.faults().happens(fault)) {
            world.loop.after(at, Life.OF_THE_WORLD, () -> {
                world.coverage().count(fault);
                world.journal.note("FAULT", fault.toString());
                strike(fault, target, length.toNanos());
            });
        }
    }

    private void strike(Fault fault, String target, long nanos) {
        switch (fault.kind()) {
            case CRASH -> site.host(target).crash(nanos);
            case FREEZE -> site.host(target).freeze(nanos);
            case STOP -> site.host(target).stop(fault.length(), false);
            case CLOCK_FORWARD -> site.host(target).clock().jump(nanos);
            case CLOCK_BACK -> site.host(target).clock().jump(-nanos);
            case CUT -> site.host(target).cut(nanos, true, true);
            case CUT_TO_BROKER -> site.host(target).cut(nanos, true, false);
            case CUT_FROM_BROKER -> site.host(target).cut(nanos, false, true);
            case CUT_DATABASES -> site.host(target).cutDatabases(nanos);
            case BROKER_RESTART -> {
                site.broker().stop();
                world.loop.after(nanos, Life.OF_THE_WORLD, site.broker()::start);
            }
            case DATABASE_DOWN -> {
                Database database = site.database(target);
                database.stop();
                world.loop.after(nanos, Life.OF_THE_WORLD, database::start);
            }
            case DATABASE_CLOCK_FORWARD -> site.database(target).clock().jump(nanos);
            case DATABASE_CLOCK_BACK -> site.database(target).clock().jump(-nanos);
            case INTERFERE -> awaitPrepared(target, world.loop.now() + 5 * World.SECOND);
            default -> throw new IllegalStateException(fault + " comes at no time of its own");
        }
    }

    /** The person looks until there is something to spoil. */
    private void awaitPrepared(String participant, long until) {
        InMemoryBranchStore store = site.store(participant);
        List<BranchStore.InDoubt> prepared = store.inDoubt();
        if (!prepared.isEmpty()) {
            BranchId branch = prepared.get(0).branch();
            store.rollBackByHand(branch);
            touchedByHand.add(branch);
            world.journal.note("PERSON", "rolls back " + world.journal.nameOfBranch(branch.toString()));
        } else if (world.loop.now() < until) {
            world.loop.after(World.MILLISECOND, Life.OF_THE_WORLD, () -> awaitPrepared(participant, until));
        }
    }

    /** Nothing is wrong any more. */
    void end() {
        world.faults().end();
        if (!site.broker().isUp()) {
            site.broker().start();
        }
        for (Database database : site.databases()) {
            database.start();
            database.clock().mend();
        }
        site.hosts().forEach(Host::heal);
    }
}
