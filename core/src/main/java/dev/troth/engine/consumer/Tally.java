package dev.troth.engine.consumer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of the messages of a subscriber since the start. */
final class Tally {
    final LongAdder applied = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder deadLetters = new LongAdder();

    Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("applied", applied.sum());
        counts.put("duplicates", duplicates.sum());
        counts.put("failures", failures.sum());
        counts.put("deadLetters", deadLetters.sum());
        return counts;
    }
}
