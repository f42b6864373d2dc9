package dev.troth.cli.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The demo: opens a stage, plays the scenes, and tells how they ended. */
public final class Demo {
    private final Settings settings;
    private final Report report;
    private final PrintWriter out;
    private final InstantSource clock;
    private volatile boolean interrupted;

    /**
     * How it is played.
     *
     * @param processes as processes over RabbitMQ, not inside this JVM
     * @param amqp a RabbitMQ to use instead of a node of its own
     * @param serve leave both services running afterwards
     * @param json one JSON document, not text
     */
    public record Settings(boolean processes, Optional<String> amqp, boolean serve, boolean json) {}

    /** Creates it. */
    public Demo(Settings settings, InstantSource clock, PrintWriter out, PrintWriter err) {
        this.settings = settings;
        this.clock = clock;
        this.out = out;
        this.report = settings.json() ? new JsonReport(out, err) : new TextReport(out);
    }

    /** Plays it, and returns whether every scene ended as it should. */
    public boolean play() {
        long start = System.nanoTime();
        try (Stage stage = open()) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(stage), "curtain"));
            List<SceneResult> results = new ArrayList<>();
            Scenes scenes = new Scenes(stage);
            for (Scenes.Scene scene : scenes.all()) {
                SceneResult result = scenes.play(results.size() + 1, scene);
                results.add(result);
                show(() -> report.scene(result));
            }
            show(() -> report.end(results, Duration.ofNanos(System.nanoTime() - start)));
            show(this::next);
            if (settings.serve()) {
                serve(stage);
            }
            return results.stream().allMatch(SceneResult::ok);
        }
    }

    private void next() {
        if (settings.json()) {
            return;
        }
        settings.amqp()
                .filter(given -> settings.processes())
                .ifPresent(
                        given -> out.println(
                                "Your broker keeps the exchange and the queues troth-demo and troth-demo.*; delete them if you like."));
        if (!settings.processes() && !settings.serve()) {
            out.println(
                    "Next:  ./troth demo --rabbitmq  plays it as processes, with kill -9;  ./troth demo --serve  leaves it"
                            + " running for curl.");
        }
        out.flush();
    }

    /** Also when everything is over, and then there is nothing left to close. */
    private void interrupted(Stage stage) {
        interrupted = true;
        stage.close();
    }

    /** What happens after an interruption is not worth showing: everything is being torn down. */
    private void show(Runnable lines) {
        if (!interrupted) {
            lines.run();
        }
    }

    private Stage open() {
        return settings.processes()
                ? ProcessStage.open(new Timeline(clock), report::progress, settings.amqp())
                : EmbeddedStage.open(new Timeline(clock), report::progress);
    }

    private void serve(Stage stage) {
        String blog = stage.blog().uri().toString();
        String review = stage.review().uri().toString();
        out.println();
        out.println("Both services keep running until you press Ctrl-C. Try:");
        out.println(
                "  curl -i -H 'Content-Type: application/json' -d '{\"title\":\"My title\",\"content\":\"My text\"}' "
                        + blog + "/submit_blog");
        out.println("  curl " + blog + "/blogs/1          (or the Location that it answered)");
        out.println("  curl '" + review + "/reviews?blog_id=1'");
        out.println("  curl " + blog + "/healthz");
        if (settings.processes()) {
            out.println("With /submit_blog?consistency=eventual the blog does not wait for its review, which follows.");
        }
        out.println("A title with \"spam\" in it is refused by the review service, one with \"<\" by its database.");
        out.flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
