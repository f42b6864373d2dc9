package dev.troth.cli.demo;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Runs two things that take a while at the same time. */
final class Together {
    private Together() {}

    /** Returns when both have ended; throws what one of them threw. */
    static void run(Runnable one, Runnable other) {
        CompletableFuture<Void> second = CompletableFuture.runAsync(other);
        CompletableFuture<Void> first = CompletableFuture.runAsync(one);
        try {
            CompletableFuture.allOf(first, second).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
