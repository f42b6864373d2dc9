package dev.troth.testkit.sim;

import dev.troth.testkit.sim.Script.Call;
import dev.troth.testkit.sim.Script.Ending;
import dev.troth.testkit.sim.Step.Doing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One history of the real engine: several initiators, participants and databases, some dozens of transactions, and whatever the seed
 * has go wrong. The same seed makes the same history, bit for bit, in any process.
 *
 * <p>First the faults strike for a while; then everything is mended, time passes, and what must be true is checked.
 */
public final class Simulation {
    /** From this number on, transactions only show what is left. */
    static final int MEETING = 1000;

    private static final long CALM_DOWN = 20 * World.SECOND;
    private static final long LOOK_AGAIN = 3 * World.SECOND;
    private static final long SETTLE = 100 * World.SECOND;
    private static final long MEET = 12 * World.SECOND;
    private static final long STOP = 6 * World.SECOND;

    private final long seed;
    private final long horizon;
    private final Optional<List<Fault>> onlyFaults;
    private final Optional<Set<Integer>> onlyTransactions;

    private Simulation(long seed, Optional<List<Fault>> onlyFaults, Optional<Set<Integer>> onlyTransactions) {
        this.seed = seed;
        this.onlyFaults = onlyFaults;
        this.onlyTransactions = onlyTransactions;
        SplittableRandom random = Chance.of(seed, "horizon");
        // Some go on until recovery, which does so once a minute, deletes what is over.
        long longest = random.nextInt(8) == 0 ? 150 * World.SECOND : 40 * World.SECOND;
        this.horizon = Chance.between(random, 2 * World.SECOND, longest);
    }

    /** The history of a seed. */
    public static Simulation ofSeed(long seed) {
        return new Simulation(seed, Optional.empty(), Optional.empty());
    }

    /** The same without any fault. */
    public Simulation withoutFaults() {
        return only(List.of());
    }

    /** The same with these of its faults only. */
    public Simulation only(List<Fault> faults) {
        return new Simulation(seed, Optional.of(List.copyOf(faults)), onlyTransactions);
    }

    /** The same with these of its transactions only. */
    public Simulation onlyTransactions(Set<Integer> transactions) {
        return new Simulation(seed, onlyFaults, Optional.of(Set.copyOf(transactions)));
    }

    /** Runs it. */
    public History run() {
        Weather weather = Weather.ofSeed(seed);
        World world = new World(seed, onlyFaults.map(Faults::only).orElseGet(() -> Faults.ofSeed(seed, weather)));
        try {
            Site site = new Site(world);
            Disasters disasters = new Disasters(site);
            Oracle oracle = new Oracle(site, disasters.touchedByHand());
            site.hosts().forEach(Host::start);
            disasters.plan(weather, horizon);
            scripts(site).forEach(site::submit);
            world.loop.runUntil(horizon);
            disasters.end();
            runUntilQuiet(world, oracle);
            oracle.checkRunning();
            finish(site, oracle);
            return History.of(seed, world, site.callers());
        } finally {
            world.loop.close();
        }
    }

    /** Handlers that mind no interruption, and calls that were late already, take their time. */
    private void runUntilQuiet(World world, Oracle oracle) {
        world.loop.runUntil(horizon + CALM_DOWN);
        while (world.loop.now() < horizon + SETTLE && !oracle.isQuiet()) {
            world.loop.runUntil(world.loop.now() + LOOK_AGAIN);
        }
    }

    private List<Script> scripts(Site site) {
        int count = 10 + Chance.of(seed, "scripts").nextInt(120);
        List<Script> scripts = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            int mine = number;
            if (onlyTransactions.filter(only -> !only.contains(mine)).isEmpty()) {
                scripts.add(Script.draw(seed, number, horizon, site.topology()));
            }
        }
        return scripts;
    }

    /** All but one instance of each service stop; those that are left show that they have lost nothing; then they stop too. */
    private void finish(Site site, Oracle oracle) {
        World world = site.world();
        world.loop.runUntil(world.loop.now() + World.SECOND);
        List<Host> left = new ArrayList<>();
        SplittableRandom random = Chance.of(seed, "who is left");
        for (Topology.Service service : site.topology().services()) {
            List<String> hosts = service.hosts();
            String stays = hosts.get(random.nextInt(hosts.size()));
            left.add(site.host(stays));
            hosts.stream()
                    .filter(host -> !host.equals(stays))
                    .forEach(host -> site.host(host).stop(Duration.ofSeconds(5), true));
        }
        world.loop.runUntil(world.loop.now() + STOP);
        meet(site, left.get(0));
        world.loop.runUntil(world.loop.now() + MEET);
        oracle.checkMeeting();
        left.forEach(host -> host.stop(Duration.ofSeconds(5), true));
        world.loop.runUntil(world.loop.now() + STOP);
        oracle.checkStores();
    }

    private static void meet(Site site, Host initiator) {
        int number = MEETING;
        for (String participant : site.topology().participants()) {
            for (int i = 0; i < Host.SLOTS; i++) {
                Step step = new Step(number, 0, participant, Doing.MEET, 0);
                site.submit(new Script(
                        number,
                        site.world().loop.now() + World.SECOND,
                        initiator.toString(),
                        Call.TRANSACT_ASYNC,
                        true,
                        Ending.RETURN,
                        Duration.ofSeconds(9),
                        List.of(step)));
                number++;
            }
        }
    }
}
