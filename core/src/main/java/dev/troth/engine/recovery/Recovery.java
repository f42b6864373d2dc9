package dev.troth.engine.recovery;

import dev.troth.engine.participant.ParticipantDesk;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.twophase.Transactions;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.spi.DecisionLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes, over and over, what crashes have left: sends decisions again to those who are still owed them, asks for branches that
 * are prepared and known to nobody here, and deletes what is over. Every instance does it; that is safe by the protocol's rules,
 * and the log's leases keep them from doing the same work twice.
 */
public final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);
    private static final int BATCH = 500;
    private static final int ROUNDS_OF_WAITING = 3; // by then somebody has sent it again
    private static final Duration PURGE_EVERY = Duration.ofMinutes(1);

    private final Environment environment;
    private final Optional<DecisionLog> decisions;
    private final Transactions transactions;
    private final List<ParticipantDesk> participants;
    private final Duration patience;
    private volatile Map<Gid, Integer> waiting = Map.of(); // how many rounds have seen them wait for reports
    private volatile boolean stopped;

    /** Creates it; it does nothing before it is started. */
    public Recovery(
            Environment environment,
            Optional<DecisionLog> decisions,
            Transactions transactions,
            List<ParticipantDesk> participants) {
        this.environment = environment;
        this.decisions = decisions;
        this.transactions = transactions;
        this.participants = List.copyOf(participants);
        this.patience = environment.settings().patience();
    }

    /** Looks at everything at once, and from then on regularly at what has become old. */
    public void start() {
        decisions.ifPresent(owing -> {
            repeat("send owed decisions again", patience, new FirstTime(first -> redrive(owing, first)));
            repeat("delete old decisions", PURGE_EVERY, () -> purge(owing::purge));
        });
        for (ParticipantDesk participant : participants) {
            repeat("look for branches in doubt", patience.multipliedBy(5), new FirstTime(participant::sweep));
            repeat(
                    "delete old branch rows",
                    PURGE_EVERY,
                    () -> purge(participant.spec().store()::purge));
        }
    }

    /** Does no more. */
    public void stop() {
        stopped = true;
    }

    private void redrive(DecisionLog owing, boolean first) {
        Duration age = first ? Duration.ZERO : patience.multipliedBy(2);
        List<CommitRecord> commits = owing.owed(age, patience.multipliedBy(2), BATCH);
        Set<Gid> now = commits.stream().map(CommitRecord::gid).collect(Collectors.toSet());
        leaveToOthers(now);
        if (!commits.isEmpty()) {
            log.info("transactions={} recovery sends decisions again that are still owed", commits.size());
        }
        commits.forEach(transactions::drive);
        waiting = transactions.waitingForReports().stream()
                .collect(Collectors.toMap(gid -> gid, gid -> waiting.getOrDefault(gid, 0) + 1));
    }

    /**
     * Forgets decisions that have waited for reports for long and are not ours to send again: another instance sends them, or has
     * done so and had the reports, which are then lost for us for ever. The log remembers them.
     */
    private void leaveToOthers(Set<Gid> ours) {
        waiting.forEach((gid, rounds) -> {
            if (rounds >= ROUNDS_OF_WAITING && !ours.contains(gid)) {
                transactions.forgetIfCommitted(gid);
            }
        });
    }

    private static void purge(IntUnaryOperator batch) {
        int deleted;
        do {
            deleted = batch.applyAsInt(BATCH);
        } while (deleted == BATCH);
    }

    private void repeat(String what, Duration pause, Runnable task) {
        environment.scheduler().workers().execute(new Round(what, pause, task));
    }

    /** Runs a task, says once when it fails and once when it works again, and comes back after a pause. */
    private final class Round implements Runnable {
        private final String what;
        private final Duration pause;
        private final Runnable task;
        private boolean failing; // only ever touched by one round after the other

        Round(String what, Duration pause, Runnable task) {
            this.what = what;
            this.pause = pause;
            this.task = task;
        }

        @Override
        public void run() {
            if (stopped) {
                return;
            }
            boolean ok = attempt();
            environment
                    .scheduler()
                    .after(
                            ok ? pause : patience,
                            () -> environment.scheduler().workers().execute(this));
        }

        private boolean attempt() {
            try {
                task.run();
                if (failing) {
                    log.info("recovery can {} again", what);
                }
                failing = false;
                return true;
            } catch (Throwable e) { // also an Error: a round that is not scheduled again would be missed by nobody
                if (!failing && !stopped) {
                    log.warn("code=TROTH-0301 Recovery could not {}; it tries again every {}", what, patience, e);
                }
                failing = true;
                return false;
            }
        }
    }

    /** A task that is told whether it has never succeeded before. */
    private static final class FirstTime implements Runnable {
        private final Consumer<Boolean> task;
        private boolean succeeded;

        FirstTime(Consumer<Boolean> task) {
            this.task = task;
        }

        @Override
        public void run() {
            task.accept(!succeeded);
            succeeded = true;
        }
    }
}
