package dev.troth.cli.demo;

import dev.troth.cli.process.ServiceSpec;
import dev.troth.testkit.servers.RabbitServer;
import java.util.Optional;

/** Both services as processes of their own, over a real RabbitMQ. */
final class ProcessStage implements Stage {
    /** So that a broker that is also used for something else is not disturbed. */
    private static final String PREFIX = "troth-demo";

    private final Timeline timeline;
    private final Databases databases = new Databases();
    private final RabbitServer rabbit = RabbitServer.local();
    private final Optional<String> amqp;
    private final Actor blog;
    private final Actor review;

    private ProcessStage(Timeline timeline, Optional<String> amqp) {
        this.timeline = timeline;
        this.amqp = amqp;
        this.blog = new ProcessActor(
                timeline,
                "blog",
                () -> ServiceSpec.blog(databases.blogUrl(), uri()).with("--prefix", PREFIX));
        this.review = new ProcessActor(
                timeline,
                "review",
                () -> ServiceSpec.review(databases.reviewUrl(), uri()).with("--prefix", PREFIX));
    }

    /** Starts the servers and the services; a RabbitMQ of its own unless one is given. */
    static ProcessStage open(Timeline timeline, Progress progress, Optional<String> amqp) {
        ProcessStage stage = new ProcessStage(timeline, amqp);
        if (amqp.isEmpty() && !stage.rabbit.available()) {
            throw new DemoException(
                    "There is no RabbitMQ: rabbitmq-server is not installed here, and no broker was given. Nothing was"
                            + " started. Install it (apt-get install rabbitmq-server), or add"
                            + " --amqp amqp://user:password@host, or play it without --rabbitmq.",
                    null);
        }
        try {
            stage.start(progress);
            return stage;
        } catch (RuntimeException e) {
            stage.close();
            throw e;
        }
    }

    private void start(Progress progress) {
        progress.say("Starting two PostgreSQL servers (fsync on; the first time they are unpacked)"
                + (amqp.isEmpty() ? " and a RabbitMQ node ..." : " ..."));
        Together.run(databases::start, this::startBroker);
        progress.say("Starting the blog service and the review service as processes of their own ...");
        Together.run(blog::start, review::start);
    }

    private void startBroker() {
        if (amqp.isEmpty()) {
            rabbit.start();
        }
    }

    private String uri() {
        return amqp.orElseGet(rabbit::uri);
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
        Together.run(databases::close, rabbit::close);
    }
}
