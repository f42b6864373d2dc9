package dev.troth.testkit.idempotency;

/** What a user can do about a handler that is not idempotent. */
final class Advice {
    static final String STUCK =
            "Let a message succeed that was applied before: note its id with the effect (Inbox.once), or"
                    + " insert only what is not there.";

    private static final String OUTSIDE =
            "What is done outside of the transaction is not undone with it, and not done with it:"
                    + " publish an event in the same transaction and call from there, with the message's id as idempotency key.";
    private static final String SWALLOWED = "Let the exception pass, so that the message is not acknowledged.";
    private static final String ORDER =
            "Keep a version with the row and skip what is older, or leave .inAnyOrder() out and take the"
                    + " messages of a key one after the other (Subscriber.inOrder).";
    private static final String OLDER =
            "An older message overwrote a newer one: note the message's id in the same transaction"
                    + " (Inbox.once), or keep a version with the row and skip what is older.";
    private static final String TOO_EARLY =
            "The message counted as applied before its effect was durable: note its id in the same"
                    + " transaction (Inbox.once).";
    private static final String RACE =
            "Both looked before either had written: note the message's id first in the same transaction"
                    + " (Inbox.once), or let a unique key or a conditional write decide.";
    private static final String SPLIT =
            "It commits %d times per message: note the message's id and write in one transaction" + " (Inbox.once).";
    private static final String DEFAULT =
            "Note the message's id in the same transaction (Inbox.once), or make the write conditional.";

    private Advice() {}

    static String on(History history, Difference difference, Played played) {
        if (history.harm() == Harm.REORDERED) {
            return ORDER;
        }
        if (!difference.question().inDatabase()) {
            return OUTSIDE;
        }
        if (played.swallowed()) {
            return SWALLOWED;
        }
        if (difference.kind() == Difference.Kind.LESS) {
            return TOO_EARLY;
        }
        if (history.harm() == Harm.AT_ONCE) {
            return RACE;
        }
        long commits = played.traces().stream()
                .mapToLong(trace -> trace.stream().filter(Point::commit).count())
                .max()
                .orElse(0);
        if (commits > 1) {
            return SPLIT.formatted(commits);
        }
        boolean order = history.harm() == Harm.LATE_DUPLICATE && difference.kind() == Difference.Kind.OTHER;
        return order ? OLDER : DEFAULT;
    }
}
