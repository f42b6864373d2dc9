package dev.troth.testkit.sim;

import java.util.SplittableRandom;

/** Numbers that follow from a seed and a name alone: what happens elsewhere does not change them. */
final class Chance {
    private Chance() {}

    /** A stream of numbers of its own for everything that has a name. */
    static SplittableRandom of(long seed, String name) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        return new SplittableRandom(seed * 0x9e3779b97f4a7c15L + hash);
    }

    /** Between these two, in nanoseconds, more often nearer to the first. */
    static long between(SplittableRandom random, long least, long most) {
        double skewed = random.nextDouble();
        return least + (long) ((most - least) * skewed * skewed);
    }
}
