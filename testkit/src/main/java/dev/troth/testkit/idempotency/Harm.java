package dev.troth.testkit.idempotency;

import java.util.Locale;

/** What a broker, a network or a machine may do to the delivery of a message. */
public enum Harm {
    /** The message comes twice in a row, to the same consumer. */
    TWICE("a message is delivered twice in a row"),
    /** The message comes again after others. */
    LATE_DUPLICATE("a message is delivered again after others"),
    /** All messages come again, to a new consumer. */
    BATCH_AGAIN("all messages are delivered again"),
    /** Messages come in another order; of one key only if {@link IdempotencyProof#inAnyOrder()} was said. */
    REORDERED("messages are delivered in another order"),
    /** The consumer dies after it has applied the message, so the message is not acknowledged and comes to another one. */
    CRASH_BEFORE_ACK("a consumer crashes after the commit and before the ack"),
    /** The consumer dies in the middle: its connections are cut, its memory is gone. Played at every statement. */
    CRASH("a consumer crashes in the middle"),
    /** A statement fails with a conflict (SQLSTATE 40001), which rolls back its transaction. Played at every statement. */
    STATEMENT_FAILS("a statement fails"),
    /** The connection is cut instead of running a statement; the consumer lives on. Played at every statement. */
    CONNECTION_CUT("the connection is cut at a statement"),
    /** The connection is cut before the commit has reached the database. Played at every commit. */
    CUT_BEFORE_COMMIT("the connection is cut before a commit"),
    /** The commit succeeds unseen: the connection is cut before the answer has come. Played at every commit. */
    COMMIT_UNSEEN("a commit succeeds, and its answer is lost"),
    /** Two consumers get the message at the same time: one stands before a statement or commit, before every one in turn, while the other runs. */
    AT_ONCE("two consumers get a message at the same time");

    private final String title;

    Harm(String title) {
        this.title = title;
    }

    /** A sentence that says what happens. */
    public String title() {
        return title;
    }

    /** As it stands in names of histories. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the consumer as a process is over. */
    boolean crashes() {
        return this == CRASH || this == CRASH_BEFORE_ACK;
    }
}
