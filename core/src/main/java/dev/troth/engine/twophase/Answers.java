package dev.troth.engine.twophase;

import dev.troth.engine.runtime.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Completes what users hold: the answers of their branches. Whatever they attach to one may block, so it runs on a worker. An answer to which
 * nothing is attached while the owner waits for the votes is left to the owner, who wakes up anyway: no worker is woken for nobody.
 */
final class Answers {
    private final Environment environment;
    private final Object lock = new Object();
    private List<Runnable> left = new ArrayList<>(); // guarded by lock
    private boolean ownerWaits; // guarded by lock

    Answers(Environment environment) {
        this.environment = environment;
    }

    /** A future for the user, completed as ours is. */
    <T> CompletableFuture<T> promise(CompletableFuture<T> ours) {
        return environment.forUser(ours, this::complete);
    }

    private void complete(CompletableFuture<?> theirs, Runnable completion) {
        synchronized (lock) {
            if (ownerWaits && theirs.getNumberOfDependents() == 0) {
                left.add(completion);
                return;
            }
        }
        environment.onWorker(completion);
    }

    /** From now on the owner does nothing but wait for its turn; then it calls {@link #deliver()}. */
    void ownerWaits() {
        synchronized (lock) {
            ownerWaits = true;
        }
    }

    /** The owner completes what was left to it; what comes later goes to workers again. */
    void deliver() {
        List<Runnable> mine;
        synchronized (lock) {
            ownerWaits = false;
            mine = left;
            left = new ArrayList<>();
        }
        mine.forEach(Runnable::run);
    }
}
