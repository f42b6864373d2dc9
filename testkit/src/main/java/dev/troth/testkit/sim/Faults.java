package dev.troth.testkit.sim;

import dev.troth.testkit.sim.Fault.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Says what goes wrong where. At first every place draws its own luck from the seed; what went wrong can be run again in part,
 * and then nothing else goes wrong.
 */
final class Faults {
    private final long seed;
    private final Weather weather;
    private final Optional<Map<String, Fault>> given;
    private final List<Fault> happened = new ArrayList<>();
    private boolean over;

    private Faults(long seed, Weather weather, Optional<Map<String, Fault>> given) {
        this.seed = seed;
        this.weather = weather;
        this.given = given;
    }

    /** Whatever the seed wants. */
    static Faults ofSeed(long seed, Weather weather) {
        return new Faults(seed, weather, Optional.empty());
    }

    /** These, and no others. */
    static Faults only(List<Fault> faults) {
        Map<String, Fault> byPlace = new LinkedHashMap<>();
        faults.forEach(fault -> byPlace.put(fault.place(), fault));
        return new Faults(0, Weather.FAIR, Optional.of(byPlace));
    }

    /** What goes wrong at this place, if anything does; the first of these kinds that is out of luck. */
    Optional<Fault> at(String place, Kind... kinds) {
        if (over) {
            return Optional.empty();
        }
        Optional<Fault> fault =
                given.isPresent() ? Optional.ofNullable(given.get().get(place)) : draw(place, kinds);
        fault.ifPresent(happened::add);
        return fault;
    }

    private Optional<Fault> draw(String place, Kind... kinds) {
        SplittableRandom random = Chance.of(seed, place);
        for (Kind kind : kinds) {
            if (random.nextDouble() < weather.chance(kind)) {
                return Optional.of(new Fault(place, kind, weather.length(kind, random)));
            }
        }
        return Optional.empty();
    }

    /** Whether this one, which comes at a time of its own, happens. */
    boolean happens(Fault timed) {
        boolean happens = given.isEmpty() || timed.equals(given.get().get(timed.place()));
        if (happens) {
            happened.add(timed);
        }
        return happens;
    }

    /** From now on nothing goes wrong at any place. */
    void end() {
        over = true;
    }

    /** What went wrong so far. */
    List<Fault> happened() {
        return List.copyOf(happened);
    }
}
