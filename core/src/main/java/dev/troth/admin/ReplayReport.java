package dev.troth.admin;

import java.util.Optional;

/**
 * What was replayed.
 *
 * @param replayed how many were sent once more
 * @param skipped how many were not: somebody else was first, or the broker can never carry them; the log says which
 * @param stopped why it ended before all were sent; those that were not are still kept
 */
public record ReplayReport(int replayed, int skipped, Optional<String> stopped) {
    /** Nothing yet. */
    public static final ReplayReport NOTHING = new ReplayReport(0, 0, Optional.empty());

    /** And one more that was sent. */
    public ReplayReport another() {
        return new ReplayReport(replayed + 1, skipped, stopped);
    }

    /** And one more that was not. */
    public ReplayReport withoutOne() {
        return new ReplayReport(replayed, skipped + 1, stopped);
    }

    /** It ended before all were sent. */
    public ReplayReport stoppedBy(String reason) {
        return new ReplayReport(replayed, skipped, Optional.of(reason));
    }
}
