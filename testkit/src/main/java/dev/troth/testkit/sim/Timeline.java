package dev.troth.testkit.sim;

/** When things happen: virtual time in a history. */
interface Timeline {
    /** Nanoseconds since some moment. */
    long now();

    /** Runs the task after the delay, if that life is not over by then. */
    void after(long nanos, Life life, Runnable task);

    /** A little time, as a network takes. */
    long latency();
}
