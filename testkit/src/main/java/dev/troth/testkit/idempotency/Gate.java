package dev.troth.testkit.idempotency;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where one consumer stands while another one runs. */
final class Gate {
    /** No consumer needs that long; a test must end all the same. */
    static final int LONGEST_SECONDS = 30;

    private final CompletableFuture<Void> somebodyStands = new CompletableFuture<>();
    private final CompletableFuture<Void> open = new CompletableFuture<>();

    /** Waits until it is opened. */
    void stand() {
        somebodyStands.complete(null);
        open.completeOnTimeout(null, LONGEST_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Waits until somebody stands here, or has ended without coming here. Tells which. */
    boolean awaitSomebody(CompletableFuture<?> end) throws InterruptedException {
        await(CompletableFuture.anyOf(somebodyStands, end));
        return somebodyStands.isDone();
    }

    /** Lets everybody pass, now and later. */
    void open() {
        open.complete(null);
    }

    /** Waits for the end of something, however it ends. */
    static void await(Future<?> end) throws InterruptedException {
        try {
            Object unused = end.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException ended) {
            return; // its owner looks at how
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "A consumer did not return within " + LONGEST_SECONDS
                            + " s although nobody stands in its way. It is left alone; nothing is known about its effect.",
                    e);
        }
    }
}
