package dev.troth.engine.runtime;

import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.Probe;
import dev.troth.spi.Scheduler;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * What every part of an engine stands on: time, chance, threads, settings, and those who watch.
 *
 * @param scheduler time and threads
 * @param chance numbers between 0 and 1, for jitter
 * @param settings how the instance behaves
 * @param events who hears of changes of state
 * @param probe who hears of crash points
 */
public record Environment(Scheduler scheduler, DoubleSupplier chance, Settings settings, Events events, Probe probe) {

    /** The transaction passes the point. */
    public void reached(CrashPoint point, Gid gid) {
        probe.reached(point, gid);
    }

    /** How long from now to the transaction's deadline, by the clock of this process; zero if it has passed. */
    public Duration untilDeadline(Gid gid) {
        Duration left = Duration.between(scheduler.now(), gid.deadline());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The pause before the n-th attempt at something, jittered. */
    public Duration pause(int attempt) {
        return settings.pause(attempt, chance.getAsDouble());
    }
}
