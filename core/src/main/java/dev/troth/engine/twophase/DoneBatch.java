package dev.troth.engine.twophase;

import dev.troth.engine.runtime.Environment;
import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log, many at a time and off the commit path, of transactions that nobody is owed any more. What gets lost here is
 * driven again by recovery, which does no harm.
 */
final class DoneBatch {
    private static final Logger log = LoggerFactory.getLogger(DoneBatch.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int MOST = 500;

    private final Environment environment;
    private final DecisionLog decisions;
    private final Object lock = new Object();
    private final List<Gid> waiting = new ArrayList<>(); // guarded by lock
    private boolean scheduled; // guarded by lock

    DoneBatch(Environment environment, DecisionLog decisions) {
        this.environment = environment;
        this.decisions = decisions;
    }

    void add(Gid gid) {
        synchronized (lock) {
            waiting.add(gid);
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        environment
                .scheduler()
                .after(PAUSE, () -> environment.scheduler().workers().execute(this::flush));
    }

    /** Writes what has gathered. Also called at the stop, by which time the timer may be gone. */
    void flush() {
        List<Gid> batch;
        synchronized (lock) {
            scheduled = false;
            batch = List.copyOf(waiting);
            waiting.clear();
        }
        for (int from = 0; from < batch.size(); from += MOST) {
            write(batch.subList(from, Math.min(batch.size(), from + MOST)));
        }
    }

    private void write(List<Gid> part) {
        try {
            decisions.done(part);
        } catch (StoreException e) {
            log.info(
                    "code=TROTH-0104 transactions={} The log could not be told that these are done; they are driven again,"
                            + " which does no harm",
                    part.size(),
                    e);
            return;
        }
        part.forEach(gid -> environment.reached(CrashPoint.AFTER_DONE_LOGGED, gid));
    }
}
