package dev.troth.engine.recovery;

import dev.troth.engine.runtime.Environment;
import dev.troth.engine.twophase.Transactions;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.spi.DecisionLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends decisions again that somebody is still owed.
 *
 * <p>The log is asked for a batch under a lease, which goes out in slices, so that new transactions do not wait behind all of it. As soon as
 * half of a batch is reported the next one is taken, twice as large; when nothing much comes back within the patience, half as large: many
 * that are owed to somebody who works are through in no time, and as many that are owed to somebody who is gone or slow cost little, and do not
 * pile up in front of him. 50 every 25th part of the patience at most, so 1,250 a second.
 *
 * <p>One round runs after the other.
 */
final class Redrive {
    private static final Logger log = LoggerFactory.getLogger(Redrive.class);
    private static final int SLICE = 50;
    private static final int SLICES_PER_PATIENCE = 25;
    private static final int MOST = 20 * SLICE;
    private static final int PATIENCES_UNREPORTED = 3; // by then somebody has sent it again

    private final Environment environment;
    private final DecisionLog decisions;
    private final Transactions transactions;
    private final Duration patience;
    private final Duration pace;
    private final Queue<CommitRecord> unsent = new ArrayDeque<>();
    private Set<Gid> taken = Set.of();
    private Map<Gid, Instant> waitingSince = Map.of(); // for reports
    private Instant givenUp = Instant.MIN; // until then the batch may be reported
    private Duration age = Duration.ZERO; // everything until it was all taken once, from then on what is old
    private int batch = MOST / 2;
    private boolean more; // the last batch was as large as it could be

    Redrive(Environment environment, DecisionLog decisions, Transactions transactions) {
        this.environment = environment;
        this.decisions = decisions;
        this.transactions = transactions;
        this.patience = environment.settings().patience();
        this.pace = patience.dividedBy(SLICES_PER_PATIENCE);
    }

    /** Does what is due and returns when to come again. May block. */
    Duration round() {
        if (unsent.isEmpty()) {
            if (more && !reported() && environment.scheduler().now().isBefore(givenUp)) {
                return pace;
            }
            take();
        }
        for (int i = 0; i < SLICE && !unsent.isEmpty(); i++) {
            transactions.drive(unsent.remove());
        }
        givenUp = environment.scheduler().now().plus(patience);
        return more || !unsent.isEmpty() ? pace : patience;
    }

    private boolean reported() {
        return transactions.notReported(taken) * 2 <= taken.size();
    }

    private void take() {
        if (!taken.isEmpty()) {
            batch = reported() ? Math.min(MOST, batch * 2) : Math.max(SLICE, batch / 2);
        }
        List<CommitRecord> commits = decisions.owed(age, patience.multipliedBy(2), batch);
        more = commits.size() == batch;
        if (!more) {
            age = patience.multipliedBy(2);
        }
        taken = commits.stream().map(CommitRecord::gid).collect(Collectors.toUnmodifiableSet());
        unsent.addAll(commits);
        leaveToOthers();
        if (!commits.isEmpty()) {
            log.info("transactions={} recovery sends decisions again that are still owed", commits.size());
        }
    }

    /**
     * Forgets decisions that have waited for reports for long and are not ours to send again: another instance sends them, or has
     * done so and had the reports, which are then lost for us for ever. The log remembers them.
     */
    private void leaveToOthers() {
        Instant now = environment.scheduler().now();
        Instant tooLong = now.minus(patience.multipliedBy(PATIENCES_UNREPORTED));
        Map<Gid, Instant> waiting = new HashMap<>();
        for (Gid gid : transactions.waitingForReports()) {
            Instant since = waitingSince.getOrDefault(gid, now);
            if (since.isAfter(tooLong) || taken.contains(gid)) {
                waiting.put(gid, since);
            } else {
                transactions.forgetIfCommitted(gid);
            }
        }
        waitingSince = waiting;
    }
}
