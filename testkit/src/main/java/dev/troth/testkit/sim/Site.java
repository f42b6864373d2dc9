package dev.troth.testkit.sim;

import dev.troth.testkit.InMemoryBranchStore;
import dev.troth.testkit.InMemoryDecisionLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Hosts, databases and a broker, and the callers who use them. */
final class Site {
    private static final long SKEW = 2 * World.SECOND;

    /** Decisions that are done are kept, for the oracle to read. */
    private static final Duration HISTORY = Duration.ofDays(7);

    /** Longer than all jumps of a clock, as it must be; short enough that rows are deleted in long histories. */
    private static final Duration MARGIN = Duration.ofSeconds(30);

    /** Longer than initiators are away, as it must be. */
    private static final Duration RETENTION = Duration.ofMinutes(2);

    private final World world;
    private final Topology topology;
    private final SimulatedBroker broker;
    private final Map<String, Database> databases = new LinkedHashMap<>();
    private final Map<String, InMemoryDecisionLog> logs = new LinkedHashMap<>();
    private final Map<String, InMemoryBranchStore> stores = new LinkedHashMap<>();
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final List<Caller> callers = new ArrayList<>();
    private final Meeting meeting = new Meeting();

    Site(World world) {
        this.world = world;
        this.topology = Topology.draw(world.seed());
        this.broker = new SimulatedBroker(new VirtualTimeline(world), new Wire(world));
        topology.databases().forEach(name -> databases.put(name, new Database(name, clock(name))));
        for (Topology.Service service : topology.services()) {
            if (service.decides()) {
                logs.put(
                        service.name(),
                        new InMemoryDecisionLog(
                                database(Topology.logOf(service)).clock(), HISTORY, MARGIN));
            }
            service.offers()
                    .ifPresent(offered -> stores.put(
                            offered,
                            new InMemoryBranchStore(
                                    database(Topology.storeOf(offered)).clock(), RETENTION)));
            service.hosts().forEach(host -> hosts.put(host, new Host(this, service, host, clock(host))));
        }
    }

    private SkewedClock clock(String of) {
        SplittableRandom random = Chance.of(world.seed(), "clock of " + of);
        long skew = random.nextInt(3) == 0 ? SKEW : SKEW / 100;
        return new SkewedClock(world.loop, random.nextLong(-skew, skew));
    }

    World world() {
        return world;
    }

    Topology topology() {
        return topology;
    }

    SimulatedBroker broker() {
        return broker;
    }

    Meeting meeting() {
        return meeting;
    }

    Database database(String name) {
        return Objects.requireNonNull(databases.get(name), name);
    }

    List<Database> databases() {
        return List.copyOf(databases.values());
    }

    InMemoryDecisionLog log(Topology.Service service) {
        return Objects.requireNonNull(logs.get(service.name()), service.name());
    }

    InMemoryBranchStore store(String participant) {
        return Objects.requireNonNull(stores.get(participant), participant);
    }

    Map<String, InMemoryDecisionLog> logs() {
        return logs;
    }

    Map<String, InMemoryBranchStore> stores() {
        return stores;
    }

    Host host(String name) {
        return Objects.requireNonNull(hosts.get(name), name);
    }

    List<Host> hosts() {
        return List.copyOf(hosts.values());
    }

    List<Caller> callers() {
        return callers;
    }

    /** How many transactions an initiator may run at once: as many as can meet. */
    int concurrency() {
        return topology.participants().size() * Host.SLOTS;
    }

    /** Somebody will play the script when its time has come. */
    void submit(Script script) {
        Caller caller = new Caller(this, script);
        callers.add(caller);
        Host host = host(script.host());
        world.loop.after(
                script.at() - world.loop.now(),
                Life.OF_THE_WORLD,
                () -> world.loop.after(0, host.life(), () -> caller.play(host)));
    }
}
