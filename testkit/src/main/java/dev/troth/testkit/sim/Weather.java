package dev.troth.testkit.sim;

import dev.troth.testkit.sim.Fault.Kind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How likely each kind of fault is in one history. Every history leaves most kinds out and has more of the rest: faults that always
 * come together would hide each other.
 */
final class Weather {
    /** Nothing goes wrong. */
    static final Weather FAIR = new Weather(Map.of());

    private final Map<Kind, Double> chances;

    private Weather(Map<Kind, Double> chances) {
        this.chances = chances;
    }

    static Weather ofSeed(long seed) {
        SplittableRandom random = Chance.of(seed, "weather");
        Map<Kind, Double> chances = new EnumMap<>(Kind.class);
        double storminess = random.nextDouble();
        for (Kind kind : Kind.values()) {
            if (random.nextDouble() < 0.1 + storminess * 0.6) {
                chances.put(kind, worst(kind) * random.nextDouble());
            }
        }
        return new Weather(chances);
    }

    /** The greatest chance at each place; of faults that come only at a time of their own, how many in a minute. */
    private static double worst(Kind kind) {
        return switch (kind) {
            case LOSE, DUPLICATE -> 0.15;
            case DELAY -> 0.2;
            case FAIL_BEFORE, FAIL_AFTER -> 0.06;
            case SLOW, ANSWER_LATE -> 0.06;
            case HOLD -> 0.1;
            case CRASH, FREEZE -> 0.008;
            case STOP, CLOCK_FORWARD, CLOCK_BACK, CUT, CUT_TO_BROKER, CUT_FROM_BROKER, CUT_DATABASES -> 6;
            case BROKER_RESTART, DATABASE_DOWN, DATABASE_CLOCK_FORWARD, DATABASE_CLOCK_BACK -> 4;
            case INTERFERE -> 1;
        };
    }

    /** At a place. */
    double chance(Kind kind) {
        return chances.getOrDefault(kind, 0.0);
    }

    /** How many come at a time of their own in a minute. */
    double perMinute(Kind kind) {
        boolean also = kind == Kind.CRASH || kind == Kind.FREEZE;
        return also ? chance(kind) * 1000 : chance(kind);
    }

    /** How long it lasts. */
    Duration length(Kind kind, SplittableRandom random) {
        long most = switch (kind) {
            case LOSE, FAIL_BEFORE, FAIL_AFTER, INTERFERE -> 0;
            case HOLD -> random.nextInt(8) == 0 ? 15_000 : 100;
            case DUPLICATE, DELAY, SLOW, ANSWER_LATE -> random.nextInt(3) == 0 ? 15_000 : 200;
            case FREEZE -> random.nextInt(8) == 0 ? 120_000 : 25_000;
            case CUT, CUT_TO_BROKER, CUT_FROM_BROKER, CUT_DATABASES -> 25_000;
            case CRASH, STOP, BROKER_RESTART, DATABASE_DOWN -> 8_000;
            case CLOCK_FORWARD, CLOCK_BACK, DATABASE_CLOCK_FORWARD, DATABASE_CLOCK_BACK -> 4_000;
        };
        return most == 0 ? Duration.ZERO : Duration.ofMillis(Chance.between(random, 1, most));
    }
}
