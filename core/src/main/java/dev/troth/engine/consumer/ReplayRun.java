package dev.troth.engine.consumer;

import dev.troth.admin.DeadLetterChangedException;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.admin.DeadLetters.Watch;
import dev.troth.admin.NotReplayedException;
import dev.troth.admin.ReplayReport;
import dev.troth.spi.DeadLetterStore;
import dev.troth.spi.Scheduler;
import dev.troth.spi.StoreException;
import dev.troth.spi.UnfitMessageException;
import dev.troth.tx.TrothException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replays many dead letters, the oldest first, so many a second. What fails again meanwhile is younger than all of them and left alone. */
final class ReplayRun {
    private static final Logger log = LoggerFactory.getLogger(ReplayRun.class);
    private static final int BATCH = 100;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final DeadLetterDesk desk;
    private final DeadLetterStore store;
    private final Scheduler scheduler;
    private final String by;
    private final Queue<DeadLetterSummary> batch = new ArrayDeque<>();
    private final Set<String> early = new HashSet<>(); // what fails again in the millisecond in which this began
    private Optional<DeadLetterSummary> last = Optional.empty();
    private ReplayReport report = ReplayReport.NOTHING;

    ReplayRun(DeadLetterDesk desk, DeadLetterStore store, Scheduler scheduler, String by) {
        this.desk = desk;
        this.store = store;
        this.scheduler = scheduler;
        this.by = by;
    }

    ReplayReport run(DeadLetterFilter filter, int perSecond, Watch watch) {
        try {
            DeadLetterFilter these = upToNow(filter);
            Pace pace = new Pace(scheduler.now(), perSecond);
            Optional<DeadLetterSummary> letter = next(these);
            while (letter.isPresent()) {
                await(pace.next());
                replay(letter.get().messageId());
                if (!watch.goOn(report)) {
                    return stopped("the watch said so");
                }
                letter = next(these);
            }
            return report;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return stopped("the thread was interrupted");
        } catch (NotReplayedException | StoreException e) {
            log.warn("code=TROTH-0805 A replay of many ended before its end: {}", report, e);
            return stopped(String.valueOf(e.getMessage()));
        }
    }

    private DeadLetterFilter upToNow(DeadLetterFilter filter) {
        Instant end = store.now().plusMillis(1);
        return filter.before().filter(end::isAfter).isPresent() ? filter : filter.before(end);
    }

    private Optional<DeadLetterSummary> next(DeadLetterFilter these) {
        if (batch.isEmpty()) {
            batch.addAll(store.next(these, last, BATCH));
        }
        DeadLetterSummary letter = batch.poll();
        if (letter == null) {
            return Optional.empty();
        }
        last = Optional.of(letter);
        if (early.contains(letter.messageId())) {
            return next(these);
        }
        if (early.size() < BATCH) {
            early.add(letter.messageId());
        }
        return last;
    }

    private ReplayReport stopped(String reason) {
        report = report.stoppedBy(reason);
        return report;
    }

    private void replay(String messageId) {
        try {
            desk.replay(messageId, by, "one of many");
            report = report.another();
        } catch (NotReplayedException e) {
            if (!(e.getCause() instanceof UnfitMessageException)) {
                throw e;
            }
            skipped(messageId, e);
        } catch (DeadLetterChangedException e) {
            skipped(messageId, e);
        }
    }

    private void skipped(String messageId, TrothException why) {
        log.info("message={} A dead letter was not replayed with the others: {}", messageId, why.getMessage());
        report = report.withoutOne();
    }

    /** The engine waits for itself only at its scheduler. */
    private void await(Instant time) throws InterruptedException {
        Duration left = Duration.between(scheduler.now(), time);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (left.compareTo(Duration.ZERO) > 0) {
            boolean unused = scheduler.await(new CompletableFuture<>(), left);
        }
    }

    /** Evenly over the second: a subscriber that is just back must not be flooded. */
    private static final class Pace {
        private final Instant begin;
        private final long perSecond;
        private long number;

        Pace(Instant begin, int perSecond) {
            this.begin = begin;
            this.perSecond = perSecond;
        }

        Instant next() {
            return begin.plusNanos(number++ * SECOND / perSecond);
        }
    }
}
