package dev.troth.testkit.idempotency;

import java.util.List;
import java.util.Optional;

/**
 * What has come of a history.
 *
 * @param effect the answers to all questions
 * @param steps what happened
 * @param traces the statements and commits of each delivery, in the order of deliveries
 * @param struck where the fault has struck, or the first consumer stood
 * @param swallowed whether the consumer returned normally from a delivery in which a fault had struck
 * @param stuck the message that could not be applied any more, with its last failure
 * @param usedDatabase whether any consumer asked the given database for a connection
 */
record Played(
        List<List<String>> effect,
        List<String> steps,
        List<List<Point>> traces,
        Optional<Point> struck,
        boolean swallowed,
        Optional<Stuck> stuck,
        boolean usedDatabase) {

    /** A message fails every time. */
    record Stuck(String message, Throwable failure) {}
}
