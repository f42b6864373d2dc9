package dev.troth.cli.demo;

import dev.troth.InProcessTransport;
import dev.troth.example.blog.DatabaseSettings;
import dev.troth.example.blog.ServiceSettings;

/** Both services in this JVM, each on its own PostgreSQL; messages travel in memory. */
final class EmbeddedStage implements Stage {
    private final Timeline timeline;
    private final InProcessTransport bus = InProcessTransport.create();
    private final Databases databases = new Databases();
    private final EmbeddedActor blog;
    private final EmbeddedActor review;

    private EmbeddedStage(Timeline timeline) {
        this.timeline = timeline;
        this.blog = EmbeddedActor.blog(
                timeline, () -> ServiceSettings.of(DatabaseSettings.of(databases.blogUrl()), bus::join));
        this.review = EmbeddedActor.review(
                timeline, () -> ServiceSettings.of(DatabaseSettings.of(databases.reviewUrl()), bus::join));
    }

    static EmbeddedStage open(Timeline timeline, Progress progress) {
        EmbeddedStage stage = new EmbeddedStage(timeline);
        try {
            progress.say("Starting two PostgreSQL servers (fsync on; the first time they are unpacked) ...");
            stage.databases.start();
            progress.say("Starting both services in this JVM, each with its own database ...");
            Together.run(stage.review::start, stage.blog::start);
            return stage;
        } catch (RuntimeException e) {
            stage.close();
            throw e;
        }
    }

    @Override
    public Actor blog() {
        return blog;
    }

    @Override
    public Actor review() {
        return review;
    }

    @Override
    public Databases databases() {
        return databases;
    }

    @Override
    public Timeline timeline() {
        return timeline;
    }

    @Override
    public void close() {
        Together.run(blog::close, review::close);
        bus.close();
        databases.close();
    }
}
