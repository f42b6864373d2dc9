package dev.troth.rates;

/** Something that is done so many times, and for how long that takes. */
interface Workload {
    /** What it is. */
    String name();

    /** Does it so many times, and returns messages per second. */
    double run(Bench bench, int times) throws Exception;
}
