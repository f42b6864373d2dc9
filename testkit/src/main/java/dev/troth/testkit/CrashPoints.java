package dev.troth.testkit;

import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.Probe;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lets a test wait for a named point of the protocol, hold whoever passes it, do something there, or end the JVM there. Points are
 * both the faults and the signals, so no test has to sleep.
 *
 * <pre>{@code
 * CrashPoints points = new CrashPoints();
 * Troth.builder("review").probe(points) …
 * points.hold(AFTER_PREPARED);
 * CompletableFuture<?> result = troth.transactAsync(…);
 * points.await(AFTER_PREPARED);          // the branch is prepared, its vote not sent
 * points.release(AFTER_PREPARED);
 * }</pre>
 */
public final class CrashPoints implements Probe {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<CrashPoint, CompletableFuture<Gid>> passed = new EnumMap<>(CrashPoint.class);
    private final Map<CrashPoint, CompletableFuture<Void>> gates = new EnumMap<>(CrashPoint.class);
    private final Map<CrashPoint, Runnable> actions = new EnumMap<>(CrashPoint.class);
    private boolean open; // guarded by this, like the maps

    /** A probe that halts the JVM, without any clean-up, the first time the point is reached. */
    public static Probe haltAt(CrashPoint point, int exitCode) {
        return (reached, gid) -> {
            if (reached == point) {
                Runtime.getRuntime().halt(exitCode);
            }
        };
    }

    /** From now on whoever reaches the point waits there until it is released. */
    public synchronized void hold(CrashPoint point) {
        gates.put(point, new CompletableFuture<>());
        passed.remove(point);
    }

    /** The next one who reaches the point does this there, before it counts as reached. */
    public synchronized void onceAt(CrashPoint point, Runnable action) {
        actions.put(point, action);
        passed.remove(point);
    }

    /** Waits until somebody has reached the point since it was last held, or since the beginning. */
    public Gid await(CrashPoint point) {
        CompletableFuture<Gid> reached;
        synchronized (this) {
            reached = passed.computeIfAbsent(point, p -> new CompletableFuture<>());
        }
        try {
            return reached.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("Nobody reached " + point + " within " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for " + point, e);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets everybody pass who waits at the point or comes later. */
    public synchronized void release(CrashPoint point) {
        CompletableFuture<Void> gate = gates.remove(point);
        if (gate != null) {
            gate.complete(null);
        }
    }

    /** Lets everybody pass everywhere, for good. */
    public synchronized void releaseAll() {
        open = true;
        gates.values().forEach(gate -> gate.complete(null));
        gates.clear();
    }

    @Override
    public void reached(CrashPoint point, Gid gid) {
        CompletableFuture<Void> gate;
        Runnable action;
        synchronized (this) {
            gate = open ? null : gates.get(point);
            action = actions.remove(point);
        }
        if (action != null) {
            action.run();
        }
        synchronized (this) {
            passed.computeIfAbsent(point, p -> new CompletableFuture<>()).complete(gid);
        }
        if (gate != null) {
            gate.join();
        }
    }
}
