package dev.troth.torture;

import dev.troth.cli.process.ProcessException;
import dev.troth.cli.process.ServiceProcess;
import dev.troth.spi.CrashPoint;
import dev.troth.testkit.servers.Server;
import dev.troth.testkit.servers.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws faults, from everything that stands on the stage. */
final class FaultMaker {
    /** Longer than the deadline of a transfer. */
    private static final int LONGEST_MILLIS = 8_000;

    private static final int DOWN_MILLIS = 3_000;
    private static final Duration PASSED = Duration.ofSeconds(10);

    private final Stage stage;
    private final RandomGenerator random;

    FaultMaker(Stage stage, RandomGenerator random) {
        this.stage = stage;
        this.random = random;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private Duration upTo(int millis) {
        return Duration.ofMillis(random.nextInt(millis));
    }

    Fault service() {
        String name = one(Stage.BANKS);
        BankProcess bank = stage.bank(name);
        return switch (random.nextInt(4)) {
            case 0 -> new Fault("service kill -9", name, upTo(DOWN_MILLIS), bank::kill9, bank::start);
            case 1 -> new Fault("service stop", name, upTo(DOWN_MILLIS), bank::terminate, bank::start);
            case 2 -> {
                CrashPoint point = one(List.of(CrashPoint.values()));
                yield new Fault(
                        "service halt at point",
                        name + " " + point,
                        upTo(DOWN_MILLIS),
                        () -> halt(bank, point),
                        bank::start);
            }
            default -> new Fault("service pause", name, upTo(LONGEST_MILLIS), bank::freeze, bank::thaw);
        };
    }

    /** A point that no transfer passes in time is not waited for: then it is killed anywhere. */
    private static void halt(BankProcess bank, CrashPoint point) {
        ServiceProcess process = bank.process();
        process.crashAt(point);
        try {
            process.awaitExit(PASSED);
        } catch (ProcessException notPassed) {
            process.kill9();
        }
        bank.kill9();
    }

    Fault database() {
        String name = one(Stage.BANKS);
        return server("database", name + "'s", stage.server(name));
    }

    Fault broker() {
        if (random.nextInt(4) == 0) {
            String bank = one(Stage.BANKS);
            return new Fault(
                    "broker kill -9 of leader",
                    "the queue of " + bank,
                    upTo(DOWN_MILLIS),
                    () -> stage.leader(bank).kill9(),
                    stage.rabbits::start);
        }
        int node = random.nextInt(stage.rabbits.nodes().size());
        return server(
                "broker", Integer.toString(node + 1), stage.rabbits.nodes().get(node));
    }

    private Fault server(String what, String name, Server server) {
        return switch (random.nextInt(3)) {
            case 0 -> new Fault(what + " kill -9", name, upTo(DOWN_MILLIS), server::kill9, server::start);
            case 1 -> new Fault(what + " stop", name, upTo(DOWN_MILLIS), server::stop, server::start);
            default -> new Fault(what + " pause", name, upTo(LONGEST_MILLIS), server::pause, server::resume);
        };
    }

    Fault wire() {
        String name = one(new ArrayList<>(stage.wires.keySet()));
        TcpProxy wire = stage.wire(name);
        return switch (random.nextInt(6)) {
            case 0 -> new Fault("wire cut", name, Duration.ZERO, wire::cut, wire::heal);
            case 1 -> new Fault("wire silent", name, upTo(LONGEST_MILLIS), wire::stall, wire::heal);
            case 2 -> new Fault("wire deaf one way", name, upTo(LONGEST_MILLIS), wire::stallToServer, wire::heal);
            case 3 -> new Fault("wire deaf other way", name, upTo(LONGEST_MILLIS), wire::stallToClient, wire::heal);
            case 4 -> new Fault("wire forgotten", name, Duration.ZERO, wire::strand, wire::heal);
            default ->
                new Fault(
                        "wire shut",
                        name,
                        upTo(DOWN_MILLIS),
                        () -> {
                            wire.refuse();
                            wire.cut();
                        },
                        wire::heal);
        };
    }
}
