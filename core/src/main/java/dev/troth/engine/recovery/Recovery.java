package dev.troth.engine.recovery;

import dev.troth.engine.participant.ParticipantDesk;
import dev.troth.engine.runtime.Environment;
import dev.troth.engine.twophase.Transactions;
import dev.troth.spi.DecisionLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
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
    private static final Duration PURGE_EVERY = Duration.ofMinutes(1);

    private final Environment environment;
    private final Optional<DecisionLog> decisions;
    private final Transactions transactions;
    private final List<ParticipantDesk> participants;
    private final Duration patience;
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
            Redrive redrive = new Redrive(environment, owing, transactions);
            again("send owed decisions again", redrive::round);
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

    private static void purge(IntUnaryOperator batch) {
        int deleted;
        do {
            deleted = batch.applyAsInt(BATCH);
        } while (deleted == BATCH);
    }

    private void repeat(String what, Duration pause, Runnable task) {
        again(what, () -> {
            task.run();
            return pause;
        });
    }

    private void again(String what, Supplier<Duration> task) {
        environment.scheduler().workers().execute(new Round(what, task));
    }

    /** Runs a task, says once when it fails and once when it works again, and comes back after the pause that the task asked for. */
    private final class Round implements Runnable {
        private final String what;
        private final Supplier<Duration> task;
        private boolean failing; // only ever touched by one round after the other

        Round(String what, Supplier<Duration> task) {
            this.what = what;
            this.task = task;
        }

        @Override
        public void run() {
            if (stopped) {
                return;
            }
            Duration pause = attempt();
            environment
                    .scheduler()
                    .after(pause, () -> environment.scheduler().workers().execute(this));
        }

        private Duration attempt() {
            try {
                Duration pause = task.get();
                if (failing) {
                    log.info("recovery can {} again", what);
                }
                failing = false;
                return pause;
            } catch (Throwable e) { // also an Error: a round that is not scheduled again would be missed by nobody
                if (!failing && !stopped) {
                    log.warn("code=TROTH-0301 Recovery could not {}; it tries again every {}", what, patience, e);
                }
                failing = true;
                return patience;
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
