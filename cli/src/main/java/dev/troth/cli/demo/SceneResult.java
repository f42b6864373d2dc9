package dev.troth.cli.demo;

import java.time.Instant;
import java.util.List;

/**
 * What came of a scene.
 *
 * @param number from 1
 * @param title what was to happen
 * @param start when it began
 * @param timeline what happened
 * @param counted what SQL counted afterwards
 * @param expected what it should have counted
 * @param complaint what else went wrong, or ""
 */
record SceneResult(
        int number,
        String title,
        Instant start,
        List<Timeline.Entry> timeline,
        Counts counted,
        Counts expected,
        String complaint) {

    /** Whether everything is as it should be. */
    boolean ok() {
        return counted.equals(expected) && complaint.isEmpty();
    }
}
