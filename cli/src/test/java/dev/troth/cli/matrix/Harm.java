package dev.troth.cli.matrix;

import java.time.Duration;

/** What is done to a party. */
enum Harm {
    /** Killed as by {@code kill -9}, and started again. */
    KILL("kill -9", false, false, Duration.ofSeconds(30)),
    /** Stopped as by {@code kill -STOP}, for longer than the transaction's deadline. */
    PAUSE("pause", false, true, Duration.ofSeconds(30)),
    /** The connections are reset; new ones can be made at once. */
    CUT("cut", true, false, Duration.ofSeconds(30)),
    /** Nothing passes in either direction, for longer than the deadline; then everything does. */
    SILENCE("silence", true, true, Duration.ofSeconds(30)),
    /** Nothing of what the service sends arrives, for longer than the deadline. */
    MUTE("mute", true, true, Duration.ofSeconds(30)),
    /** Nothing arrives at the service, for longer than the deadline. */
    DEAF("deaf", true, true, Duration.ofSeconds(30)),
    /** The connections stay open at both ends and never carry anything again; new ones can be made. */
    FORGET("forget", true, false, Duration.ofSeconds(60));

    /** From a transaction's start to its decision. */
    static final int DEADLINE_SECONDS = 3;

    private static final Duration PAST_THE_DEADLINE = Duration.ofMillis(DEADLINE_SECONDS * 1_000L + 1_500);

    final String words;
    final boolean toWires;
    private final boolean lasts;
    private final Duration allowed;

    /**
     * Defines one.
     *
     * @param toWires whether it is done to wires, or to processes
     * @param lasts whether for longer than the deadline, or for a moment
     * @param allowed how long everything may take afterwards to be as it should
     */
    Harm(String words, boolean toWires, boolean lasts, Duration allowed) {
        this.words = words;
        this.toWires = toWires;
        this.lasts = lasts;
        this.allowed = allowed;
    }

    /** How long everything may take afterwards to be as it should. */
    Duration allowed() {
        return allowed;
    }

    /** For how long it is done. */
    Duration hold() {
        return lasts ? PAST_THE_DEADLINE : Duration.ZERO;
    }

    @Override
    public String toString() {
        return words;
    }
}
