package dev.troth.testkit.idempotency;

import java.util.List;

/** Plays delivery exactly once, which gives what is expected of every history, and which histories there are. */
final class Rehearsal<M> {
    private final Stage<M> stage;
    private final List<Sample<M>> samples;
    private final List<List<String>> expected;
    private final List<List<Point>> traces;

    private Rehearsal(Stage<M> stage, List<Sample<M>> samples, Played once) {
        this.stage = stage;
        this.samples = samples;
        this.expected = once.effect();
        this.traces = once.traces();
    }

    /** Plays it twice, to see that the effect is a matter of the messages alone. */
    static <M> Rehearsal<M> of(Stage<M> stage, List<Sample<M>> samples) {
        stage.prepare();
        List<List<String>> nothing = stage.effect();
        History exactlyOnce = History.exactlyOnce(samples.size());
        Played first = Play.play(stage, samples, exactlyOnce);
        first.stuck().ifPresent(stuck -> {
            throw new AssertionError(
                    "Message " + stuck.message() + " cannot be applied even when nothing goes wrong: " + stuck.failure()
                            + ". Correct the message or the consumer; nothing was proved.",
                    stuck.failure());
        });
        if (first.effect().equals(nothing)) {
            throw new AssertionError("After the messages the world looks as before, " + nothing
                    + ", so the questions of .effect(…) would not notice a message that is applied twice. Ask for what the"
                    + " messages change; nothing was proved.");
        }
        if (!first.usedDatabase()) {
            throw new AssertionError(
                    "The consumer did not use the DataSource that it was given, so nothing can go wrong on"
                            + " it. Hand it on in .consumer(database -> …); nothing was proved.");
        }
        List<List<String>> second = Play.play(stage, samples, exactlyOnce).effect();
        if (!second.equals(first.effect())) {
            throw new AssertionError("Delivered exactly once, two times from the start, the messages have two effects, "
                    + first.effect() + " and " + second
                    + ". Name every table that they write in .empty(…), undo what is"
                    + " elsewhere in .before(…), and leave out of .effect(…) what is different every time, such as times"
                    + " and generated ids; nothing was proved.");
        }
        return new Rehearsal<>(stage, samples, first);
    }

    List<History> histories(boolean inAnyOrder, long seed) {
        return Histories.of(samples, traces, inAnyOrder, seed);
    }

    /** Plays a history, and throws if its effect is not the expected one. */
    void check(History history, long seed) {
        Played played = Play.play(stage, samples, history);
        Failure failure = new Failure(history, samples, played);
        played.stuck().ifPresent(stuck -> {
            throw failure.stuck(stuck, seed);
        });
        Difference.first(stage.questions(), expected, played.effect()).ifPresent(difference -> {
            throw failure.differs(difference, seed);
        });
    }
}
