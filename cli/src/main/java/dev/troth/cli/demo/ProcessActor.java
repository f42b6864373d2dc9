package dev.troth.cli.demo;

import dev.troth.cli.process.ProcessException;
import dev.troth.cli.process.ServiceProcess;
import dev.troth.cli.process.ServiceSpec;
import dev.troth.spi.CrashPoint;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A service as a process of its own. It dies by {@code kill -9} while its thread stands at the point. */
final class ProcessActor implements Actor {
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(30);

    private final Timeline timeline;
    private final String name;
    private final Supplier<ServiceSpec> spec;
    private volatile @Nullable ServiceProcess process;
    private volatile CompletableFuture<Void> death = new CompletableFuture<>();
    private boolean born;

    ProcessActor(Timeline timeline, String name, Supplier<ServiceSpec> spec) {
        this.timeline = timeline;
        this.name = name;
        this.spec = spec;
    }

    @Override
    public void start() {
        if (born) {
            timeline.note(name, "is started again");
        }
        born = true;
        ServiceProcess started = spec.get().heardBy(timeline::hear).start();
        process = started;
        if (timeline.running()) {
            timeline.note(name, "is ready as process " + started.pid());
        }
    }

    @Override
    public void dieAt(CrashPoint point) {
        ServiceProcess victim = alive();
        victim.pauseAt(point);
        death = new CompletableFuture<>();
        Thread killer = new Thread(() -> kill(victim, point), "kill -9 of " + name);
        killer.setDaemon(true);
        killer.start();
    }

    private void kill(ServiceProcess victim, CrashPoint point) {
        try {
            victim.awaitPaused(point, DEATH_LIMIT);
            timeline.note(name, "*** kill -9 " + victim.pid() + " while it stands at " + point);
            victim.kill9();
            death.complete(null);
        } catch (ProcessException e) {
            death.completeExceptionally(e);
        }
    }

    @Override
    public void awaitDeath() {
        try {
            death.get(DEATH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            process = null;
        } catch (ExecutionException | TimeoutException e) {
            throw new DemoException("The " + name + " service was not killed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("Interrupted while the " + name + " service was being killed", e);
        }
    }

    @Override
    public URI uri() {
        return alive().uri();
    }

    private ServiceProcess alive() {
        ServiceProcess now = process;
        if (now == null) {
            throw new DemoException("The " + name + " service does not run", null);
        }
        return now;
    }

    @Override
    public void close() {
        ServiceProcess now = process;
        process = null;
        if (now != null) {
            now.close();
        }
    }
}
