package dev.troth.testkit.sim;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Where as many handlers of a participant meet as can run at once: they all do only if no permit and no slot was lost. */
final class Meeting {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Map<String, Integer> arrived = new HashMap<>();
    private final Map<String, CompletableFuture<Boolean>> complete = new HashMap<>();

    void arrive(String participant, VirtualScheduler time) throws InterruptedException {
        CompletableFuture<Boolean> all = complete.computeIfAbsent(participant, name -> new CompletableFuture<>());
        if (arrived.merge(participant, 1, Integer::sum) == Host.SLOTS) {
            all.complete(true);
        }
        boolean unused = time.await(all, PATIENCE);
    }

    /** Whether all have met. */
    boolean complete(String participant) {
        CompletableFuture<Boolean> all = complete.get(participant);
        return all != null && all.isDone();
    }

    int arrived(String participant) {
        return arrived.getOrDefault(participant, 0);
    }
}
