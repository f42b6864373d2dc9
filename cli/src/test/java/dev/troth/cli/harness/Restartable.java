package dev.troth.cli.harness;

import dev.troth.cli.process.Freeze;
import dev.troth.cli.process.ProcessException;
import dev.troth.cli.process.ServiceProcess;
import dev.troth.cli.process.ServiceSpec;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A service that is a process now and another one after its death. */
public final class Restartable implements AutoCloseable {
    private static final Duration UP_LIMIT = Duration.ofSeconds(60);

    private final ServiceSpec spec;
    private volatile @Nullable ServiceProcess current;
    private volatile @Nullable URI uri;
    private @Nullable Freeze frozen; // of the thread that breaks services

    /** Not started yet. */
    public Restartable(ServiceSpec spec) {
        this.spec = spec;
    }

    /** Starts it, again and again while its database or its brokers are away, as whatever runs services does. */
    public void start() {
        long began = System.nanoTime();
        while (true) {
            try {
                ServiceProcess started = spec.start();
                current = started;
                uri = started.uri();
                return;
            } catch (ProcessException e) {
                if (System.nanoTime() - began > UP_LIMIT.toNanos()) {
                    throw e;
                }
            }
        }
    }

    /** Where it answers, if it runs. */
    public Optional<URI> uri() {
        return Optional.ofNullable(uri);
    }

    /** The process that it is now. */
    public ServiceProcess process() {
        ServiceProcess now = current;
        if (now == null) {
            throw new IllegalStateException(spec + " has not been started");
        }
        return now;
    }

    /** Ends it as {@code kill -9} does. */
    public void kill9() {
        process().kill9();
        uri = null;
    }

    /** Asks it to end, and waits. */
    public void terminate() {
        process().terminate();
        uri = null;
    }

    /** Stops all of it until {@link #thaw()}. */
    public void freeze() {
        frozen = process().freeze();
    }

    /** Lets it go on. */
    public void thaw() {
        if (frozen != null) {
            frozen.close();
        }
    }

    @Override
    public void close() {
        if (current != null) {
            process().close();
        }
    }
}
