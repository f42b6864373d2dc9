package dev.troth.testkit.idempotency;

import dev.troth.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/**
 * Proves that a consumer of messages is idempotent: plays it against every history that a broker may produce, and compares the effect of each
 * with that of delivery exactly once.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> an_order_is_paid_once() {
 *     return IdempotencyProof.of(orders, Order::id)
 *             .on(database)
 *             .empty("payments", "troth_inbox")
 *             .consumer(source -> new Payments(source)::apply)
 *             .effect("payments", "SELECT order_id, amount FROM payments")
 *             .tests();
 * }
 * }</pre>
 *
 * <p>Each {@link Harm} is one test. Messages are delivered twice, late, and in other orders; consumers crash and get lost messages again; every
 * statement fails, every connection is cut, every commit succeeds unseen, once; and of two consumers that get the same message, one stands
 * before each of its statements while the other one runs. Every history starts with an empty world and a new consumer. Faults are played on
 * the {@link DataSource} that the consumer gets: what it does on others, or on the driver's own connection ({@code unwrap}), fails never.
 *
 * <p>A handler that passes has the right effect in all these histories; that is no proof for messages that are not among the given ones.
 * Set up anew for each test; not safe for use by several threads.
 *
 * @param <M> what the consumer takes
 */
public final class IdempotencyProof<M> {
    /** A consumer that gets no further for so long is taken to wait for the other one, unless it is set. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofMillis(50);

    private final List<M> messages;
    private final Function<? super M, String> id;
    private final List<Question> questions = new ArrayList<>();
    private final Set<Harm> harms = EnumSet.allOf(Harm.class);
    private Function<? super M, String> key = message -> "";
    private List<String> tables = List.of();
    private Preparation before = () -> {};
    private Duration patience = DEFAULT_PATIENCE;
    private boolean inAnyOrder;
    private long seed = 1;
    private String only = "";
    private @Nullable DataSource database;
    private Life.@Nullable Starter<M> starter;

    private IdempotencyProof(List<M> messages, Function<? super M, String> id) {
        this.messages = List.copyOf(messages);
        this.id = id;
    }

    /** A consumer of messages. */
    @FunctionalInterface
    public interface Consumer<M> {
        /**
         * Applies a message; when this returns, it is acknowledged. Everything must be done then.
         *
         * @throws Exception if it is to be delivered again
         */
        void consume(M message) throws Exception;
    }

    /** Starts a consumer, as a process does: nothing of an earlier one is left in its memory. */
    @FunctionalInterface
    public interface ConsumerStart<M> {
        /**
         * Starts it. It is closed in the end if it is {@link AutoCloseable}.
         *
         * @param database the only database on which faults can be played
         */
        Consumer<M> start(DataSource database) throws Exception;
    }

    /** Makes the state before a history. */
    @FunctionalInterface
    public interface Preparation {
        /** Makes it. */
        void prepare() throws Exception;
    }

    /**
     * With these messages, in the order in which they are sent.
     *
     * @param messages at least one; two or three of each kind are good, of the same key too
     * @param id the id of a message, by which it is named in failures: each another one
     */
    public static <M> IdempotencyProof<M> of(List<M> messages, Function<? super M, String> id) {
        Set<String> ids = new HashSet<>();
        messages.forEach(message -> {
            if (!ids.add(id.apply(message))) {
                throw new IllegalArgumentException(
                        "Two messages have the id '" + id.apply(message) + "'. Give each its own.");
            }
        });
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("There is no message to prove anything with. Give at least one.");
        }
        return new IdempotencyProof<>(messages, id);
    }

    /** Messages of the same key keep their order, others may overtake each other. Without this, all keep their order. */
    public IdempotencyProof<M> keyed(Function<? super M, String> keyOf) {
        key = keyOf;
        return this;
    }

    /** Messages may come in any order, and the effect is to be the same. */
    public IdempotencyProof<M> inAnyOrder() {
        inAnyOrder = true;
        return this;
    }

    /** The database on which the consumer works. Required. Two consumers run at once, so a pool needs connections for two. */
    public IdempotencyProof<M> on(DataSource source) {
        database = source;
        return this;
    }

    /** Everything is deleted from these tables before each history, in this order. */
    public IdempotencyProof<M> empty(String... names) {
        tables = List.of(names);
        return this;
    }

    /** Does that before each history, when the tables are empty: inserts what must be there, sets counters to zero. */
    public IdempotencyProof<M> before(Preparation preparation) {
        before = preparation;
        return this;
    }

    /** The consumer. This or {@link #subscriber} is required. */
    public IdempotencyProof<M> consumer(ConsumerStart<M> start) {
        starter = faulty -> new ConsumerTaker<>(start.start(faulty));
        return this;
    }

    /** The subscriber that takes the messages, which have a {@link dev.troth.message.Kind}; its own {@code retry} does not count here. */
    public IdempotencyProof<M> subscriber(Function<? super DataSource, Subscriber> start) {
        starter = faulty -> new SubscriberTaker<>(start.apply(faulty), faulty);
        return this;
    }

    /**
     * A part of the effect. At least one is required.
     *
     * @param name as it stands in failures: the name of the table
     * @param query gives what is to be there once, without what is different every time, such as times and generated ids; the order of rows
     *     does not matter
     */
    public IdempotencyProof<M> effect(String name, String query) {
        questions.add(Question.query(name, this::database, query));
        return this;
    }

    /**
     * A part of the effect that is not in the database, such as a counter of calls. A collection counts as rows.
     *
     * @param name as it stands in failures: "e-mails sent"
     */
    public IdempotencyProof<M> effect(String name, Supplier<?> value) {
        questions.add(Question.value(name, value));
        return this;
    }

    /** Draws the orders of more than four messages; 1 unless it is set. */
    public IdempotencyProof<M> seed(long value) {
        seed = value;
        return this;
    }

    /** Of two consumers at once, one that gets no further for so long is taken to wait for the other; {@link #DEFAULT_PATIENCE} unless set. */
    public IdempotencyProof<M> patience(Duration value) {
        patience = value;
        return this;
    }

    /** Leaves something out that does not happen here. Say why. */
    public IdempotencyProof<M> without(Harm... left) {
        harms.removeAll(List.of(left));
        return this;
    }

    /** Plays one history alone: the one that a failure names. */
    public IdempotencyProof<M> replay(String history) {
        only = history;
        return this;
    }

    /**
     * One test for each {@link Harm}, for a {@code @TestFactory}.
     *
     * @throws IllegalStateException if something required is missing, with the line to add
     * @throws AssertionError if the messages cannot be applied exactly once, so that nothing can be proved
     */
    public Stream<DynamicTest> tests() {
        Rehearsal<M> rehearsal = Rehearsal.of(stage(), samples());
        List<History> all = histories(rehearsal);
        return Stream.of(Harm.values())
                .filter(harm -> all.stream().anyMatch(history -> history.harm() == harm))
                .map(harm -> DynamicTest.dynamicTest(
                        harm.title(),
                        () -> all.stream()
                                .filter(history -> history.harm() == harm)
                                .forEach(history -> rehearsal.check(history, seed))));
    }

    /**
     * Plays everything in one test.
     *
     * @throws IllegalStateException if something required is missing, with the line to add
     * @throws AssertionError at the first history whose effect is not that of delivery exactly once
     */
    public void prove() {
        Rehearsal<M> rehearsal = Rehearsal.of(stage(), samples());
        histories(rehearsal).forEach(history -> rehearsal.check(history, seed));
    }

    private List<History> histories(Rehearsal<M> rehearsal) {
        List<History> all = rehearsal.histories(inAnyOrder, seed).stream()
                .filter(history -> only.isEmpty()
                        ? harms.contains(history.harm())
                        : history.name().equals(only))
                .toList();
        if (all.isEmpty()) {
            throw new IllegalStateException(
                    only.isEmpty()
                            ? "No history is left. Leave out less in .without(…)."
                            : "There is no history '" + only + "' with seed " + seed
                                    + ". The consumer or its messages have changed; remove .replay(…) and see what fails now.");
        }
        return all;
    }

    private DataSource database() {
        if (database == null) {
            throw new IllegalStateException("There is no database. Add .on(dataSource).");
        }
        return database;
    }

    private Stage<M> stage() {
        if (starter == null) {
            throw new IllegalStateException(
                    "There is no consumer. Add .consumer(source -> new Payments(source)::apply).");
        }
        if (questions.isEmpty()) {
            throw new IllegalStateException(
                    "What is the effect? Add .effect(\"payments\", \"SELECT order_id, amount FROM payments\").");
        }
        return new Stage<>(database(), tables, before, starter, List.copyOf(questions), patience);
    }

    private List<Sample<M>> samples() {
        return messages.stream()
                .map(message -> new Sample<>(message, id.apply(message), key.apply(message)))
                .toList();
    }
}
