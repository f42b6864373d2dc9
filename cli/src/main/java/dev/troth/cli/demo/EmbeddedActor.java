package dev.troth.cli.demo;

import dev.troth.cli.process.EventLine;
import dev.troth.cli.process.Fuse;
import dev.troth.example.blog.BlogService;
import dev.troth.example.blog.ReviewService;
import dev.troth.example.blog.ServiceSettings;
import dev.troth.protocol.Gid;
import dev.troth.spi.CrashPoint;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A service inside this JVM. It dies as a process would, as far as that is possible here: at the point its thread stops for ever,
 * its other threads and timers are taken away, and its connections to callers, bus and database break, all without a good-bye.
 */
final class EmbeddedActor implements Actor {
    private static final Duration DEATH_LIMIT = Duration.ofSeconds(20);

    private final String name;
    private final Timeline timeline;
    private final Starter starter;
    private volatile @Nullable Life life;
    private boolean born;

    /** Starts the service with its settings completed. */
    interface Starter {
        Service start(Lifeline lifeline, Fuse fuse) throws IOException;
    }

    /** A service that runs. */
    interface Service {
        URI uri();

        void stop();

        void crash();
    }

    /** One life of the service, from a start to a death. */
    private record Life(Service service, Lifeline lifeline, Fuse fuse, CompletableFuture<Void> death) {}

    private EmbeddedActor(String name, Timeline timeline, Starter starter) {
        this.name = name;
        this.timeline = timeline;
        this.starter = starter;
    }

    static EmbeddedActor blog(Timeline timeline, Supplier<ServiceSettings> settings) {
        return new EmbeddedActor("blog", timeline, (lifeline, fuse) -> {
            BlogService service = BlogService.start(tuned("blog", timeline, settings.get(), lifeline, fuse));
            return service(service.uri(), service::close, service::crash);
        });
    }

    static EmbeddedActor review(Timeline timeline, Supplier<ServiceSettings> settings) {
        return new EmbeddedActor("review", timeline, (lifeline, fuse) -> {
            ReviewService service = ReviewService.start(tuned("review", timeline, settings.get(), lifeline, fuse));
            return service(service.uri(), service::close, service::crash);
        });
    }

    private static ServiceSettings tuned(
            String name, Timeline timeline, ServiceSettings settings, Lifeline lifeline, Fuse fuse) {
        return settings.tuning(builder -> builder.scheduler(lifeline)
                .probe(fuse)
                .listener(event -> timeline.hear(EventLine.of(timeline.clock().instant(), name, event))));
    }

    private static Service service(URI uri, Runnable stop, Runnable crash) {
        return new Service() {
            @Override
            public URI uri() {
                return uri;
            }

            @Override
            public void stop() {
                stop.run();
            }

            @Override
            public void crash() {
                crash.run();
            }
        };
    }

    @Override
    public void start() {
        if (born) {
            timeline.note(name, "starts again");
        }
        born = true;
        Lifeline lifeline = new Lifeline(name, timeline.clock());
        Fuse fuse = new Fuse();
        try {
            life = new Life(starter.start(lifeline, fuse), lifeline, fuse, new CompletableFuture<>());
        } catch (IOException e) {
            lifeline.close();
            throw new DemoException("The " + name + " service could not be started", e);
        }
    }

    @Override
    public void dieAt(CrashPoint point) {
        Life now = alive();
        now.fuse().arm(point, (reached, gid) -> die(now, reached, gid));
    }

    /** On the thread that has reached the point; it never comes back from here. */
    private void die(Life now, CrashPoint point, Gid gid) {
        timeline.note(name, "*** dies at " + point + ": its threads stop, its connections break");
        now.lifeline().cut();
        Thread crash = new Thread(
                () -> {
                    now.service().crash();
                    now.death().complete(null);
                },
                "demo-crash of " + gid);
        crash.setDaemon(true);
        crash.start();
        now.lifeline().bury();
    }

    @Override
    public void awaitDeath() {
        try {
            alive().death().get(DEATH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            life = null;
        } catch (ExecutionException | TimeoutException e) {
            throw new DemoException("The " + name + " service did not die within " + DEATH_LIMIT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("Interrupted while the " + name + " service was dying", e);
        }
    }

    @Override
    public URI uri() {
        return alive().service().uri();
    }

    private Life alive() {
        Life now = life;
        if (now == null) {
            throw new DemoException("The " + name + " service does not run", null);
        }
        return now;
    }

    @Override
    public void close() {
        Life now = life;
        life = null;
        if (now != null) {
            now.service().stop();
            now.lifeline().close();
        }
    }
}
