package dev.troth.bench.events;

import java.util.Map;

/** One way to bring messages from here to there, done in passes: all but the last one warm up. */
interface Way {
    /** Does it so many times, and says how fast that was and, as {@code right}, whether everything has arrived, once. */
    Map<String, Object> run(Ground ground, int times) throws Exception;
}
