package dev.troth.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Many histories, one seed after the other, until one fails or it is enough. */
public final class Campaign {
    private final AtomicLong next;
    private final LongPredicate goOn;
    private final Consumer<Campaign> progress;
    private final Coverage coverage = new Coverage();
    private long histories;
    private long transactions;
    private @Nullable History failed;

    private Campaign(long firstSeed, LongPredicate goOn, Consumer<Campaign> progress) {
        this.next = new AtomicLong(firstSeed);
        this.goOn = goOn;
        this.progress = progress;
    }

    /**
     * Runs histories, as many at once as the machine has processors.
     *
     * @param firstSeed the first one's seed; the others' follow
     * @param goOn whether the history of this seed is still to be run
     * @param progress hears after each history, one call at a time
     */
    public static Campaign run(long firstSeed, LongPredicate goOn, Consumer<Campaign> progress) {
        Campaign campaign = new Campaign(firstSeed, goOn, progress);
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(CompletableFuture.runAsync(campaign::runSeeds, executor));
            }
            running.forEach(CompletableFuture::join);
        } finally {
            executor.shutdownNow();
        }
        return campaign;
    }

    private void runSeeds() {
        long seed = next.getAndIncrement();
        while (failed().isEmpty() && goOn.test(seed)) {
            ended(run(seed));
            seed = next.getAndIncrement();
        }
    }

    private static History run(long seed) {
        try {
            return Simulation.ofSeed(seed).run();
        } catch (RuntimeException | Error e) {
            throw new IllegalStateException("The history of seed " + seed + " could not be run to its end", e);
        }
    }

    private synchronized void ended(History history) {
        histories++;
        transactions += history.transactions();
        coverage.add(history.coverage());
        if (!history.holds() && (failed == null || history.seed() < failed.seed())) {
            failed = history;
        }
        progress.accept(this);
    }

    /** The history that failed, if one has. */
    public synchronized Optional<History> failed() {
        return Optional.ofNullable(failed);
    }

    /** How many histories have run. */
    public synchronized long histories() {
        return histories;
    }

    /** How many transactions were submitted. */
    public synchronized long transactions() {
        return transactions;
    }

    /** What has happened, and what went wrong. */
    public Coverage coverage() {
        return coverage;
    }
}
