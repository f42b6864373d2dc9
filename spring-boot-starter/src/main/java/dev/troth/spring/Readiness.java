package dev.troth.spring;

import dev.troth.protocol.Refusal;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.StoreException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether all beans of the service are there. Troth starts while they are made, and a message that comes then waits, before it has a
 * connection.
 */
final class Readiness {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final CountDownLatch reached = new CountDownLatch(1);

    void reached() {
        reached.countDown();
    }

    /**
     * Waits for it.
     *
     * @throws StoreException that means unavailable, if the thread is interrupted, as at the deadline of a branch, or it takes long
     */
    void await() {
        try {
            if (reached.await(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        String message = "the service has not made all its beans yet, so its handlers cannot be called";
        throw new StoreException(
                "Could not begin: " + message + ". Nothing was done. Look at what its start waits for.",
                new BranchFailedException(new Refusal(Refusal.Reason.UNAVAILABLE, message), null));
    }
}
