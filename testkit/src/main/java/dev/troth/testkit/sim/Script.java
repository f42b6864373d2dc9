package dev.troth.testkit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What one caller does.
 *
 * @param number names the transaction
 * @param at when, in nanoseconds since the beginning
 * @param host where
 * @param call how it calls the engine
 * @param localWork whether the work writes to the service's own database
 * @param ending how the work ends
 * @param timeout the transaction's
 * @param steps the branches
 */
record Script(
        int number,
        long at,
        String host,
        Call call,
        boolean localWork,
        Ending ending,
        Duration timeout,
        List<Step> steps) {

    enum Call {
        TRANSACT,
        TRANSACT_ASYNC,
        EXECUTE
    }

    enum Ending {
        RETURN,
        AWAIT_ANSWERS,
        THROW
    }

    String name() {
        return "t" + number;
    }

    static Script draw(long seed, int number, long horizon, Topology topology) {
        SplittableRandom random = Chance.of(seed, "script " + number);
        Call call =
                random.nextInt(6) == 0 ? Call.EXECUTE : random.nextInt(3) == 0 ? Call.TRANSACT : Call.TRANSACT_ASYNC;
        int branches = call == Call.EXECUTE ? 1 : 1 + random.nextInt(3);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < branches; i++) {
            steps.add(Step.draw(random, number, i, topology.participants()));
        }
        Ending ending =
                random.nextInt(12) == 0 ? Ending.THROW : random.nextInt(5) == 0 ? Ending.AWAIT_ANSWERS : Ending.RETURN;
        List<String> initiators = topology.initiators();
        return new Script(
                number,
                random.nextLong(horizon),
                initiators.get(random.nextInt(initiators.size())),
                call,
                random.nextInt(4) > 0,
                ending,
                Duration.ofMillis(
                        random.nextInt(4) == 0 ? Chance.between(random, 100, 1_000) : 1_000 + random.nextLong(7_000)),
                steps);
    }

    @Override
    public String toString() {
        return name() + " at " + Journal.seconds(at) + " s on " + host + ": " + call
                + (localWork ? " with local work" : "") + ", work ends with " + ending + ", time-out "
                + timeout.toMillis() + " ms, " + steps;
    }
}
