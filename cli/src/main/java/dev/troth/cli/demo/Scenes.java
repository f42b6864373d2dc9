package dev.troth.cli.demo;

import dev.troth.cli.process.EventLine;
import dev.troth.spi.CrashPoint;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** The four scenes. Each returns a complaint, or "" if it went as it should; the counts are taken afterwards. */
final class Scenes {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Stage stage;
    private final Timeline timeline;
    private final Caller caller;

    Scenes(Stage stage) {
        this.stage = stage;
        this.timeline = stage.timeline();
        this.caller = new Caller(timeline);
    }

    /**
     * A scene.
     *
     * @param title what happens
     * @param expected what SQL is to count afterwards
     * @param play plays it
     */
    record Scene(String title, Counts expected, Supplier<String> play) {}

    List<Scene> all() {
        return List.of(
                new Scene("Both commit", new Counts(1, 1, 0), this::bothCommit),
                new Scene("The review is refused, so the blog rolls back", new Counts(1, 1, 0), this::refused),
                new Scene(
                        "The review service dies after its yes vote, and finishes after its restart",
                        new Counts(2, 2, 0),
                        this::reviewDies),
                new Scene(
                        "The blog service dies after its decision, and recovery finishes",
                        new Counts(3, 3, 0),
                        this::blogDies));
    }

    /** Plays one scene and counts. */
    SceneResult play(int number, Scene scene) {
        timeline.begin();
        String complaint;
        try {
            complaint = scene.play().get();
        } catch (RuntimeException e) {
            complaint = String.valueOf(e.getMessage());
        }
        return new SceneResult(
                number,
                scene.title(),
                timeline.start(),
                timeline.entries(),
                stage.databases().counts(),
                scene.expected(),
                complaint);
    }

    private String bothCommit() {
        int status = caller.submit(stage.blog().uri(), "Hello");
        awaitBothDone();
        return expected(201, status);
    }

    private String refused() {
        return expected(409, caller.submit(stage.blog().uri(), "Cheap spam"));
    }

    private String reviewDies() {
        // Not AFTER_VOTE_SENT: there the decision may arrive, and be carried out, before the service is dead.
        stage.review().dieAt(CrashPoint.DECISION_RECEIVED);
        int status = caller.submit(stage.blog().uri(), "Review down");
        stage.review().awaitDeath();
        count();
        stage.review().start();
        awaitBothDone();
        return expected(201, status);
    }

    private String blogDies() {
        stage.blog().dieAt(CrashPoint.AFTER_DECISION_LOGGED);
        int status = caller.submit(stage.blog().uri(), "Blog down");
        stage.blog().awaitDeath();
        EventLine begun = timeline.await("blog", "Begun", LIMIT);
        count();
        stage.blog().start();
        awaitBothDone();
        String outcome = caller.outcome(stage.blog().uri(), begun.gid().toString());
        return outcome.equals("committed") ? expected(0, status) : "the transaction is said to be " + outcome;
    }

    /** The branch has committed, and the coordinator knows. */
    private void awaitBothDone() {
        timeline.await("review", "BranchFinished", LIMIT);
        timeline.await("blog", "Completed", LIMIT);
    }

    private void count() {
        timeline.note("SQL", "meanwhile: " + stage.databases().counts());
    }

    private static String expected(int expected, int status) {
        return expected == status ? "" : "the caller got " + status + " and not " + expected;
    }
}
