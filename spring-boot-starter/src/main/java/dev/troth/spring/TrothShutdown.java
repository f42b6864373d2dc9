package dev.troth.spring;

import dev.troth.Troth;
import dev.troth.tx.TrothException;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * Stops Troth when nothing can ask for transactions any more, and before pools, handlers and all other beans are closed: what runs gets the
 * time to end.
 */
final class TrothShutdown implements SmartLifecycle {
    /**
     * The higher ones stop first: web servers and listener containers, near {@code Integer.MAX_VALUE}, and executors and schedulers, at half of
     * it. Whatever keeps connections stops at 0 or later.
     */
    static final int PHASE = Integer.MAX_VALUE / 2 - 1024;

    /** What is left of a phase's time to let go of the broker when what runs did not end. */
    private static final Duration TO_LET_GO = Duration.ofSeconds(5);

    private final Troth troth;
    private final Duration patience;
    private volatile boolean running;
    private volatile boolean stopped;

    /**
     * Creates it.
     *
     * @param timeout how long what runs may take
     * @param phase how long Spring waits for this phase: then it goes on, and closes what this here needs
     */
    TrothShutdown(Troth troth, Duration timeout, Duration phase) {
        this.troth = troth;
        this.patience = patience(timeout, phase);
    }

    static Duration patience(Duration timeout, Duration phase) {
        Duration half = phase.dividedBy(2);
        Duration most = half.compareTo(TO_LET_GO) < 0 ? half : phase.minus(TO_LET_GO);
        return timeout.compareTo(most) < 0 ? timeout : most;
    }

    @Override
    public void start() {
        if (stopped) {
            throw new TrothException(
                    "This context was stopped, and Troth with it, which does not start again: its connections are"
                            + " closed. Close the context and start a new one.");
        }
        running = true;
    }

    @Override
    public void stop() {
        stopped = true;
        try {
            troth.stop(patience);
        } finally {
            running = false;
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /**
     * Spring 7 stops what can be paused while a test's context is not used, and starts it again: Troth goes on instead. (Spring 6 does not
     * know this method.)
     */
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
