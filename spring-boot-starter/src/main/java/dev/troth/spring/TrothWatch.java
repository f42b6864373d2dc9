package dev.troth.spring;

import dev.troth.Health;
import dev.troth.Troth;
import dev.troth.Unfinished.Prepared;
import dev.troth.spi.DecisionLog.Owing;
import dev.troth.spi.OutboxStore.Backlog;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What is unfinished in the databases of the service, asked in the background every so often: whoever scrapes a meter or asks for health waits
 * for no database, and a database that hangs holds up one thread.
 */
final class TrothWatch implements AutoCloseable {
    private static final int INTERVALS_VALID = 3;

    private final Sample<Optional<Owing>> owed;
    private final Sample<Optional<Backlog>> outbox;
    private final Map<String, Sample<Prepared>> prepared = new LinkedHashMap<>();
    private final Map<String, Sample<Long>> deadLetters = new LinkedHashMap<>();
    private final ScheduledExecutorService thread;

    private TrothWatch(Troth troth, Duration interval, LongSupplier nanos) {
        Duration validity = interval.multipliedBy(INTERVALS_VALID);
        this.owed = new Sample<>("owed decisions", () -> troth.unfinished().decisions(), nanos, validity);
        this.outbox = new Sample<>("outbox", () -> troth.unfinished().outbox(), nanos, validity);
        Health health = troth.health();
        health.slots()
                .keySet()
                .forEach(name -> prepared.put(
                        name,
                        new Sample<>(
                                "prepared " + name, () -> troth.unfinished().prepared(name), nanos, validity)));
        health.subscribers()
                .keySet()
                .forEach(name -> deadLetters.put(
                        name,
                        new Sample<>(
                                "dead letters " + name, () -> troth.unfinished().deadLetters(name), nanos, validity)));
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread watching = new Thread(task, "troth-watch");
            watching.setDaemon(true);
            return watching;
        });
    }

    /** One that asks now and then every interval. */
    static TrothWatch started(Troth troth, Duration interval) {
        TrothWatch watch = new TrothWatch(troth, interval, System::nanoTime);
        var unused = watch.thread.scheduleWithFixedDelay(watch::takeAll, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    /** Asks everything at once, on the one thread that asks, and waits for the answers. */
    void look() throws InterruptedException, ExecutionException {
        thread.submit(this::takeAll).get();
    }

    private void takeAll() {
        owed.take();
        outbox.take();
        prepared.values().forEach(Sample::take);
        deadLetters.values().forEach(Sample::take);
    }

    /** Empty if it is not known; holds an empty one if there is no log, or one that does not count. */
    Optional<Optional<Owing>> owed() {
        return owed.latest();
    }

    /** Empty if it is not known; holds an empty one if there is no outbox. */
    Optional<Optional<Backlog>> outbox() {
        return outbox.latest();
    }

    /** By participant; empty where it is not known. */
    Map<String, Optional<Prepared>> prepared() {
        Map<String, Optional<Prepared>> latest = new LinkedHashMap<>();
        prepared.forEach((name, sample) -> latest.put(name, sample.latest()));
        return latest;
    }

    /** By subscriber; empty where it is not known. */
    Map<String, Optional<Long>> deadLetters() {
        Map<String, Optional<Long>> latest = new LinkedHashMap<>();
        deadLetters.forEach((name, sample) -> latest.put(name, sample.latest()));
        return latest;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
