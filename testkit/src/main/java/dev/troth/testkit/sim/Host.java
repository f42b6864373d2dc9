package dev.troth.testkit.sim;

import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.TrothBuilder;
import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.StoreException;
import dev.troth.spi.TransportException;
import dev.troth.testkit.InMemoryBranchStore;
import dev.troth.testkit.InMemoryDecisionLog;
import dev.troth.testkit.sim.Fault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A machine on which one instance of a service runs: again and again, as often as it is killed. */
final class Host {
    /** How many handlers, and how many branches in doubt, an instance has room for. */
    static final int SLOTS = 4;

    private static final long START_AGAIN = World.SECOND;

    private final World world;
    private final Site site;
    private final Topology.Service service;
    private final String name;
    private final SkewedClock clock;
    private final Handlers handlers;
    private final List<SimulatedLog> logs = new ArrayList<>();
    private final List<SimulatedBranches> stores = new ArrayList<>();
    private int starts;
    private Life life = new Life("nobody");
    private Optional<Port> port = Optional.empty();
    private Optional<Troth> troth = Optional.empty();
    private Optional<VirtualScheduler> scheduler = Optional.empty();
    private long databasesCutUntil;
    private boolean staysDown;

    Host(Site site, Topology.Service service, String name, SkewedClock clock) {
        this.world = site.world();
        this.site = site;
        this.service = service;
        this.name = name;
        this.clock = clock;
        this.handlers = new Handlers(site, this);
        life.end();
    }

    @Override
    public String toString() {
        return name;
    }

    Topology.Service service() {
        return service;
    }

    SkewedClock clock() {
        return clock;
    }

    Life life() {
        return life;
    }

    /** The instance, if it runs. */
    Optional<Troth> troth() {
        return life.isOver() ? Optional.empty() : troth;
    }

    VirtualScheduler scheduler() {
        return scheduler.orElseThrow();
    }

    /** How many connections to databases its instance holds. */
    int connectionsInUse() {
        return logs.stream().mapToInt(SimulatedLog::inUse).sum()
                + stores.stream().mapToInt(SimulatedBranches::inUse).sum();
    }

    // ---- start

    void start() {
        if (staysDown || !life.isOver()) {
            return;
        }
        life = new Life(name);
        starts++;
        world.loop.after(0, life, this::boot);
    }

    private void boot() {
        Port mine = site.broker().connect(name, life);
        port = Optional.of(mine);
        scheduler = Optional.of(new VirtualScheduler(world, life, clock));
        try {
            Troth started = builder(mine).start();
            troth = Optional.of(started);
            world.journal.note(name, "started as " + started.instance());
        } catch (StoreException | TransportException e) {
            world.journal.note(name, "did not start: " + e.getClass().getSimpleName());
            die(0);
            world.loop.after(START_AGAIN, Life.OF_THE_WORLD, this::start);
            throw new Life.Ended();
        }
    }

    private TrothBuilder builder(Port mine) {
        TrothBuilder builder = Troth.builder(service.name())
                .transport(mine)
                .scheduler(scheduler())
                .random(Chance.of(world.seed(), name + " start " + starts))
                .timeout(Duration.ofSeconds(10))
                .concurrency(site.concurrency())
                .listener(new Watcher(world, life, this::isOwn))
                .probe(this::reached);
        if (service.decides()) {
            InMemoryDecisionLog log = site.log(service).anotherInstance();
            SimulatedLog simulated = new SimulatedLog(line(Topology.logOf(service)), log);
            logs.add(simulated);
            builder.decisions(simulated);
        }
        service.offers().ifPresent(offered -> {
            InMemoryBranchStore store = site.store(offered).anotherInstance();
            SimulatedBranches simulated = new SimulatedBranches(line(Topology.storeOf(offered)), store, SLOTS);
            stores.add(simulated);
            Participant older =
                    Participant.named(offered).on(simulated).concurrency(SLOTS).handle(Step.class, handlers::handle);
            Participant newer = older.handle(NewerStep.class, (step, branch) -> handlers.handle(step.step(), branch));
            builder.participant(service.isOlder(name) ? older : newer);
        });
        return builder;
    }

    private boolean isOwn(Gid gid) {
        return troth().filter(running -> running.instance().equals(gid.instance()))
                .isPresent();
    }

    private DatabaseLine line(String database) {
        return new DatabaseLine(world, site.database(database), life, () -> databasesCutUntil);
    }

    // ---- faults

    private void reached(CrashPoint point, Gid gid) {
        life.check();
        String what = point + " " + world.journal.nameOf(gid.toString());
        world.journal.note(name, what);
        Optional<Fault> fault = world.fault(what + " on " + name, Kind.HOLD, Kind.CRASH, Kind.FREEZE);
        if (fault.isEmpty()) {
            return;
        }
        long nanos = fault.get().length().toNanos();
        switch (fault.get().kind()) {
            case HOLD -> world.loop.pause(life, nanos);
            case CRASH -> {
                crash(nanos);
                throw new Life.Ended();
            }
            default -> {
                freeze(nanos);
                world.loop.pause(life, 0);
            }
        }
    }

    /** The process is killed; its broker and its databases notice later. It is started again after a while. */
    void crash(long downFor) {
        if (life.isOver()) {
            return;
        }
        world.journal.note(name, "is killed");
        die(world.jitter(3 * World.SECOND));
        world.loop.after(Math.max(downFor, World.MILLISECOND), Life.OF_THE_WORLD, this::start);
    }

    private void die(long noticedAfter) {
        world.loop.end(life);
        troth = Optional.empty();
        port.ifPresent(dead -> world.loop.after(noticedAfter, Life.OF_THE_WORLD, dead::bury));
        List<SimulatedLog> oldLogs = List.copyOf(logs);
        List<SimulatedBranches> oldStores = List.copyOf(stores);
        logs.clear();
        stores.clear();
        world.loop.after(noticedAfter, Life.OF_THE_WORLD, () -> {
            oldLogs.forEach(SimulatedLog::endSessions);
            oldStores.forEach(SimulatedBranches::endSessions);
        });
    }

    void freeze(long nanos) {
        world.loop.freeze(life, nanos);
    }

    /** Stops in order, with so much patience, and starts again. */
    void stop(Duration patience, boolean forGood) {
        staysDown |= forGood;
        troth().ifPresent(running -> world.loop.after(0, life, () -> {
            if (running.health().transactionsInFlight() > 0) {
                world.count(Happening.STOPPED_BUSY);
            }
            world.journal.note(name, "stops");
            running.stop(patience);
            world.journal.note(name, "has stopped");
            troth = Optional.empty();
            die(0);
            world.loop.after(World.SECOND, Life.OF_THE_WORLD, this::start);
            throw new Life.Ended();
        }));
    }

    void cut(long nanos, boolean up, boolean down) {
        port.ifPresent(connected -> connected.cut(nanos, up, down));
    }

    void cutDatabases(long nanos) {
        databasesCutUntil = Math.max(databasesCutUntil, world.loop.now() + nanos);
    }

    /** Nothing is wrong with it any more; if it is down, somebody starts it. */
    void heal() {
        databasesCutUntil = 0;
        clock.mend();
        world.loop.resume(life);
        port.ifPresent(Port::heal);
        if (life.isOver()) {
            start();
        }
    }
}
