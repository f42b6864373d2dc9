package dev.troth.testkit.sim;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Prints the digests of histories, from a JVM of its own. */
final class Digests {
    private Digests() {}

    /** The seeds are the arguments. */
    public static void main(String[] seeds) {
        System.out.println(
                Arrays.stream(seeds).map(Long::parseLong).map(Digests::of).collect(Collectors.joining(" ")));
    }

    static String of(long seed) {
        return Simulation.ofSeed(seed).run().digest();
    }
}
