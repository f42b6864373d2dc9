package dev.troth.testkit.idempotency;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what a history has broken, and how it came to that. */
final class Failure {
    private static final String[] ORDINALS = {"first", "second", "third"};

    private final History history;
    private final List<? extends Sample<?>> samples;
    private final Played played;

    Failure(History history, List<? extends Sample<?>> samples, Played played) {
        this.history = history;
        this.samples = samples;
        this.played = played;
    }

    /** A message cannot be applied any more. */
    AssertionError stuck(Played.Stuck stuck, long seed) {
        String sentence = "Delivering " + stuck.message() + " again, " + cause()
                + ", fails every time, so it ends as a dead" + " letter: " + stuck.failure() + ". " + Advice.STUCK;
        return new AssertionError(sentence + "\n" + steps() + again(seed), stuck.failure());
    }

    /** The effect is not that of delivery exactly once. */
    AssertionError differs(Difference difference, long seed) {
        String sentence = sentence(difference) + ". " + Advice.on(history, difference, played);
        return new AssertionError(
                sentence + "\n" + steps() + "\n" + difference.question().name() + ":"
                        + "\n  expected " + String.join(", ", difference.expected())
                        + "\n  but was  " + String.join(", ", difference.actual())
                        + again(seed));
    }

    private String sentence(Difference difference) {
        if (history.harm() == Harm.REORDERED) {
            return "Applying the messages in the order "
                    + history.order().stream()
                            .map(i -> samples.get(i).toString())
                            .collect(Collectors.joining(", "))
                    + " " + difference.text();
        }
        if (played.swallowed()) {
            return "Acknowledging " + message() + " although " + what() + ", " + difference.text();
        }
        boolean lost = difference.kind() == Difference.Kind.LESS;
        return (lost ? "Delivering " : "Applying ") + message() + (lost ? " again" : howOften()) + ", " + cause() + ", "
                + difference.text();
    }

    private String message() {
        return history.target() >= 0 ? samples.get(history.target()).toString() : "all " + samples.size() + " messages";
    }

    private String howOften() {
        return switch (history.harm()) {
            case CRASH, STATEMENT_FAILS, CONNECTION_CUT, CUT_BEFORE_COMMIT -> " again";
            default -> " twice";
        };
    }

    private String cause() {
        return history.target() < 0 && history.harm() == Harm.REORDERED ? "in another order" : "because " + what();
    }

    private String what() {
        return switch (history.harm()) {
            case TWICE -> "the broker delivered it twice in a row";
            case LATE_DUPLICATE ->
                "the broker delivered it again after " + history.at() + (history.at() == 1 ? " other" : " others");
            case BATCH_AGAIN -> "the consumer crashed before any ack and the broker delivered them again";
            case REORDERED -> "the broker delivered them in another order";
            case CRASH_BEFORE_ACK -> "its consumer crashed after the commit and before the ack";
            case CRASH -> "its consumer crashed before its " + place();
            case STATEMENT_FAILS -> "its " + place() + " failed";
            case CONNECTION_CUT -> "the connection was cut at its " + place();
            case CUT_BEFORE_COMMIT -> "the connection was cut before its " + place() + " reached the database";
            case COMMIT_UNSEEN -> "the connection was cut when its " + place() + " had succeeded unseen";
            case AT_ONCE -> "a second consumer got it while the first one stood before its " + place();
        };
    }

    private String place() {
        String ordinal = history.at() <= ORDINALS.length ? ORDINALS[history.at() - 1] : history.at() + "th";
        Optional<Point> struck = played.struck();
        if (struck.isPresent() && struck.get().commit()) {
            return history.harm() == Harm.AT_ONCE || history.at() == 1 ? "commit" : ordinal + " commit";
        }
        return (history.harm() == Harm.AT_ONCE ? "" : ordinal + " ") + "statement"
                + struck.map(point -> " (" + point + ")").orElse("");
    }

    private String steps() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < played.steps().size(); i++) {
            text.append("\n  ").append(i + 1).append(". ").append(played.steps().get(i));
        }
        return text.toString();
    }

    private String again(long seed) {
        return "\nTo play this history alone, add .seed(" + seed + ").replay(\"" + history.name() + "\")";
    }
}
