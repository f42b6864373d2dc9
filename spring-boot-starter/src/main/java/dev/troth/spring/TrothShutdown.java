package dev.troth.spring;

import dev.troth.Troth;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * Stops Troth when the web server takes no requests any more and before pools, handlers and all other beans are closed: what runs gets the
 * time to end.
 */
final class TrothShutdown implements SmartLifecycle {
    /** Below those of Spring Boot's web servers, which are 1,024 and 2,048 below the default. The higher ones stop first. */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

    private final Troth troth;
    private final Duration patience;
    private volatile boolean running;

    TrothShutdown(Troth troth, Duration patience) {
        this.troth = troth;
        this.patience = patience;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        troth.stop(patience);
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
