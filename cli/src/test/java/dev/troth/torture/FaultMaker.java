package dev.troth.torture;

import dev.troth.cli.harness.Fault;
import dev.troth.cli.harness.Faults;
import dev.troth.cli.harness.Restartable;
import dev.troth.cli.process.ProcessException;
import dev.troth.cli.process.ServiceProcess;
import dev.troth.spi.CrashPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws faults, from everything that stands on the stage. */
final class FaultMaker {
    /** Longer than the deadline of a transfer. */
    private static final Duration LONGEST = Duration.ofSeconds(8);

    private static final Duration PASSED = Duration.ofSeconds(10);

    private final Stage stage;
    private final Faults faults;

    FaultMaker(Stage stage, RandomGenerator random) {
        this.stage = stage;
        this.faults = new Faults(random, LONGEST);
    }

    Fault service() {
        String name = faults.one(Stage.BANKS);
        Restartable bank = stage.bank(name);
        if (faults.oneOf(4) > 0) {
            return faults.service(name, bank);
        }
        CrashPoint point = faults.one(List.of(CrashPoint.values()));
        return new Fault(
                "service halt at point", name + " " + point, faults.down(), () -> halt(bank, point), bank::start);
    }

    /** A point that no transfer passes in time is not waited for: then it is killed anywhere. */
    private static void halt(Restartable bank, CrashPoint point) {
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
        String name = faults.one(Stage.BANKS);
        return faults.server("database", name + "'s", stage.server(name));
    }

    Fault broker() {
        if (faults.oneOf(4) == 0) {
            String bank = faults.one(Stage.BANKS);
            return new Fault(
                    "broker kill -9 of leader",
                    "the queue of " + bank,
                    faults.down(),
                    () -> stage.leader(bank).kill9(),
                    stage.rabbits::start);
        }
        int node = faults.oneOf(stage.rabbits.nodes().size());
        return faults.server(
                "broker", Integer.toString(node + 1), stage.rabbits.nodes().get(node));
    }

    Fault wire() {
        String name = faults.one(new ArrayList<>(stage.wires.keySet()));
        return faults.wire(name, stage.wire(name));
    }
}
