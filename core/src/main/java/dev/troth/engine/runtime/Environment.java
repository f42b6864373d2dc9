package dev.troth.engine.runtime;

import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.Probe;
import dev.troth.spi.Scheduler;
import dev.troth.spi.Tracing;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;

/**
 * What every part of an engine stands on: time, chance, threads, settings, and those who watch.
 *
 * @param scheduler time and threads
 * @param chance numbers between 0 and 1, for jitter
 * @param settings how the instance behaves
 * @param events who hears of changes of state
 * @param probe who hears of crash points
 * @param traces which traces it is part of
 */
public record Environment(
        Scheduler scheduler, DoubleSupplier chance, Settings settings, Events events, Probe probe, Traces traces) {

    /** One without traces. */
    public Environment(Scheduler scheduler, DoubleSupplier chance, Settings settings, Events events, Probe probe) {
        this(scheduler, chance, settings, events, probe, new Traces(Tracing.NONE));
    }

    /** The transaction passes the point. */
    public void reached(CrashPoint point, Gid gid) {
        probe.reached(point, gid);
    }

    /** How long from now to the transaction's deadline, by the clock of this process; zero if it has passed. */
    public Duration untilDeadline(Gid gid) {
        Duration left = Duration.between(scheduler.now(), gid.deadline());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * A future for users, completed on a worker as the given one is completed: what they attach to it may block, or wait for something
     * else of this instance, and must not do so on a thread that other transactions need.
     */
    public <T> CompletableFuture<T> forUser(CompletableFuture<T> ours) {
        return forUser(ours, (theirs, completion) -> onWorker(completion));
    }

    /** The same, and says itself where the user's future, which it is given, is completed. */
    public <T> CompletableFuture<T> forUser(
            CompletableFuture<T> ours, BiConsumer<CompletableFuture<?>, Runnable> whereTo) {
        CompletableFuture<T> theirs = new CompletableFuture<>();
        CompletableFuture<T> unused = ours.whenComplete((value, failure) -> whereTo.accept(theirs, () -> {
            if (failure == null) {
                theirs.complete(value);
            } else {
                theirs.completeExceptionally(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            }
        }));
        return theirs;
    }

    /** Runs it on a worker; here if there are none any more. */
    public void onWorker(Runnable completion) {
        try {
            scheduler.workers().execute(completion);
        } catch (RejectedExecutionException stopped) {
            completion.run();
        }
    }

    /** The pause before the n-th attempt at something, jittered. */
    public Duration pause(int attempt) {
        return settings.pause(attempt, chance.getAsDouble());
    }
}
