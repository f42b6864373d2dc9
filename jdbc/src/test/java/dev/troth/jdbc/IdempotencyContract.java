package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.Subscriber;
import dev.troth.testkit.idempotency.Harm;
import dev.troth.testkit.idempotency.IdempotencyProof;
import dev.troth.testkit.idempotency.IdempotencyProof.ConsumerStart;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** What the proof of idempotency finds, and what it does not complain of, in every database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class IdempotencyContract {
    private static final List<Order> ORDERS =
            List.of(new Order("order-7", "pen", 10), new Order("order-8", "pen", 20), new Order("order-9", "ink", 30));

    private Pool pool;

    /** A pool of at least 8 connections to an empty database. */
    abstract Pool freshPool();

    @BeforeAll
    void tables() {
        pool = freshPool();
        TrothTables.of(pool.source()).create();
        pool.execute(
                "CREATE TABLE payments (order_id VARCHAR(100), amount INT)",
                "CREATE TABLE invoices (order_id VARCHAR(100) PRIMARY KEY, amount INT)",
                "CREATE TABLE prices (product VARCHAR(100) PRIMARY KEY, price INT, version INT)",
                "CREATE TABLE seen (id VARCHAR(100) PRIMARY KEY)");
    }

    @AfterAll
    void close() {
        pool.close();
    }

    private IdempotencyProof<Order> proof(ConsumerStart<Order> handler) {
        return IdempotencyProof.of(ORDERS, Order::id)
                .on(pool.source())
                .empty("payments", "invoices", "prices", "seen", "troth_inbox")
                .consumer(handler);
    }

    private IdempotencyProof<Order> payments(ConsumerStart<Order> handler) {
        return proof(handler).effect("payments", "SELECT order_id, amount FROM payments");
    }

    private IdempotencyProof<Order> invoices(ConsumerStart<Order> handler) {
        return proof(handler).effect("invoices", "SELECT order_id, amount FROM invoices");
    }

    private IdempotencyProof<Order> prices(ConsumerStart<Order> handler) {
        return proof(handler)
                .before(() -> pool.execute(
                        "INSERT INTO prices VALUES ('pen', 1, 0)", "INSERT INTO prices VALUES ('ink', 1, 0)"))
                .effect("prices", "SELECT product, price FROM prices");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> broken(ThrowingCallable proof) {
        return assertThatThrownBy(proof).isInstanceOf(AssertionError.class);
    }

    // Right handlers: no false alarm.

    @TestFactory
    Stream<DynamicTest> a_handler_with_an_inbox_passes() {
        return payments(OrderHandlers::inbox).keyed(Order::product).tests();
    }

    @Test
    void a_subscriber_passes_in_the_real_engine() {
        payments(OrderHandlers::inbox)
                .inAnyOrder()
                .subscriber(source -> Subscriber.named("payments")
                        .on(Inbox.on(source))
                        .handle(Order.class, (order, in) -> OrderHandlers.pay(in.connection(), order)))
                .prove();
    }

    @Test
    void a_subscriber_in_order_passes_in_the_real_engine() {
        prices(OrderHandlers::inbox)
                .keyed(Order::product)
                .without(Harm.AT_ONCE) // at any time one instance gets the messages
                .subscriber(source -> Subscriber.named("prices")
                        .on(Inbox.on(source))
                        .inOrder()
                        .handle(Order.class, (order, in) -> OrderHandlers.price(in.connection(), order)))
                .prove();
    }

    @Test
    void an_insert_by_natural_key_passes() {
        invoices(OrderHandlers::naturalKey).inAnyOrder().prove();
    }

    @Test
    void an_update_with_a_version_passes_in_any_order() {
        prices(OrderHandlers::conditionalUpdate).inAnyOrder().prove();
    }

    /** Where the database itself sees that two have looked before either has written. */
    void proveThatConflictsAreNoFailure() {
        payments(OrderHandlers::checkThenInsertSerializably).prove();
    }

    // Wrong handlers: each is found, and told in its words.

    @Test
    void a_duplicate_that_nobody_notices_is_found() {
        broken(payments(OrderHandlers::noNote).replay("crash-before-ack order-7")::prove)
                .hasMessageStartingWith(
                        "Applying 'order-7' twice, because its consumer crashed after the commit and before"
                                + " the ack, inserted 2 rows into payments where 1 was expected: (order-7, 10). Note the message's id"
                                + " in the same transaction (Inbox.once), or make the write conditional.")
                .hasMessageContaining(
                        "1. consumer 1 gets 'order-7': INSERT INTO payments (order_id, amount) VALUES (?, ?);"
                                + " commit; returns")
                .hasMessageContaining("2. consumer 1 crashes before the ack, and consumer 2 takes its place")
                .hasMessageContaining("add .seed(1).replay(\"crash-before-ack order-7\")");
        broken(payments(OrderHandlers::noNote)::prove)
                .hasMessageStartingWith(
                        "Applying 'order-7' twice, because the broker delivered it twice in a row, inserted 2");
        broken(payments(OrderHandlers::noNote).replay("batch-again")::prove)
                .hasMessageStartingWith("Applying all 3 messages twice, because the consumer crashed before any ack");
    }

    @Test
    void a_subscriber_that_writes_on_a_connection_of_its_own_is_found() {
        broken(payments(OrderHandlers::inbox)
                        .subscriber(source -> Subscriber.named("payments")
                                .on(Inbox.on(source))
                                .handle(Order.class, (order, in) -> OrderHandlers.payElsewhere(source, order)))
                        .replay("cut-before-commit order-7 2")::prove)
                .hasMessageStartingWith(
                        "Applying 'order-7' again, because the connection was cut before its second commit"
                                + " reached the database, inserted 2 rows into payments where 1 was expected: (order-7, 10)");
    }

    @Test
    void a_commit_that_succeeds_unseen_is_found() {
        broken(payments(OrderHandlers::noNote).replay("commit-unseen order-7 1")::prove)
                .hasMessageStartingWith(
                        "Applying 'order-7' twice, because the connection was cut when its commit had succeeded"
                                + " unseen, inserted 2 rows into payments where 1 was expected");
    }

    @Test
    void an_id_that_is_noted_in_a_transaction_before_loses_the_message() {
        broken(payments(OrderHandlers::notedBefore)::prove)
                .hasMessageStartingWith(
                        "Delivering 'order-7' again, because its consumer crashed before its second statement"
                                + " (INSERT INTO payments (order_id, amount) VALUES (?, ?)), left 2 rows in payments where 3 were"
                                + " expected: (order-7, 10) is missing. The message counted as applied before its effect was durable");
    }

    @Test
    void an_id_that_is_noted_in_a_transaction_after_applies_twice() {
        broken(payments(OrderHandlers::notedAfter)::prove)
                .hasMessageStartingWith(
                        "Applying 'order-7' again, because its consumer crashed before its third statement"
                                + " (INSERT INTO seen (id) VALUES (?)), inserted 2 rows into payments where 1 was expected")
                .hasMessageContaining("It commits 2 times per message");
    }

    @Test
    void an_id_that_is_noted_in_memory_is_gone_after_a_crash() {
        payments(OrderHandlers::notedInMemory).replay("twice order-7").prove();

        broken(payments(OrderHandlers::notedInMemory)::prove)
                .hasMessageStartingWith("Applying 'order-7' twice, because its consumer crashed after the commit");
    }

    @Test
    void an_id_that_is_noted_in_memory_before_the_commit_loses_the_message() {
        broken(payments(OrderHandlers::notedInMemoryBefore).replay("connection-cut order-7 1")::prove)
                .hasMessageStartingWith(
                        "Delivering 'order-7' again, because the connection was cut at its first statement"
                                + " (INSERT INTO payments (order_id, amount) VALUES (?, ?)), left 2 rows in payments where 3 were"
                                + " expected: (order-7, 10) is missing. The message counted as applied before its effect was durable");
    }

    @Test
    void two_who_look_before_either_has_written_are_found() {
        IdempotencyProof<Order> proof = payments(OrderHandlers::checkThenInsert).patience(Duration.ofMillis(500));

        payments(OrderHandlers::checkThenInsert).without(Harm.AT_ONCE).prove();
        broken(proof::prove)
                .hasMessageStartingWith(
                        "Applying 'order-7' twice, because a second consumer got it while the first one stood"
                                + " before its statement (INSERT INTO payments (order_id, amount) VALUES (?, ?)), inserted 2 rows"
                                + " into payments where 1 was expected: (order-7, 10). Both looked before either had written");
    }

    @Test
    void a_call_of_another_system_is_not_rolled_back() {
        AtomicInteger calls = new AtomicInteger();
        broken(payments(source -> OrderHandlers.callsAnotherSystem(source, calls))
                        .before(() -> calls.set(0))
                        .effect("calls of the bank", calls::get)::prove)
                .hasMessageContaining("left calls of the bank at 4 where 3 was expected. What is done outside of the"
                        + " transaction is not undone with it");
    }

    @Test
    void a_call_of_another_system_after_the_commit_is_lost() {
        AtomicInteger calls = new AtomicInteger();
        broken(payments(source -> OrderHandlers.callsAnotherSystemAfterwards(source, calls))
                        .before(() -> calls.set(0))
                        .effect("calls of the bank", calls::get)
                        .without(Harm.AT_ONCE)::prove)
                .hasMessageContaining("had succeeded unseen, left calls of the bank at 2 where 3 was expected");
    }

    @Test
    void a_handler_that_depends_on_the_order_is_found() {
        prices(OrderHandlers::lastOneCountsWithInbox)
                .keyed(Order::product)
                .replay("reordered 1")
                .prove();

        broken(prices(OrderHandlers::lastOneCountsWithInbox).inAnyOrder()::prove)
                .hasMessageMatching(
                        "(?s)Applying the messages in the order .* left \\(pen, 10\\) in prices where \\(pen, 20\\) was"
                                + " expected\\. Keep a version with the row.*");
    }

    @Test
    void an_older_message_that_overwrites_a_newer_one_is_found() {
        broken(prices(OrderHandlers::lastOneCounts)::prove)
                .hasMessageStartingWith(
                        "Applying 'order-7' twice, because the broker delivered it again after 1 other, left"
                                + " (pen, 10) in prices where (pen, 20) was expected. An older message overwrote a newer one");
    }

    @Test
    void a_handler_that_takes_every_failure_for_a_duplicate_is_found() {
        broken(invoices(OrderHandlers::swallows).replay("statement-fails order-7 1")::prove)
                .hasMessageStartingWith(
                        "Acknowledging 'order-7' although its first statement (INSERT INTO invoices (order_id,"
                                + " amount) VALUES (?, ?)) failed, left 2 rows in invoices where 3 were expected: (order-7, 10) is"
                                + " missing. Let the exception pass");
    }

    @Test
    void a_handler_that_refuses_duplicates_for_ever_is_found() {
        broken(invoices(OrderHandlers::refusesDuplicates).replay("crash-before-ack order-8")::prove)
                .hasMessageStartingWith(
                        "Delivering 'order-8' again, because its consumer crashed after the commit and before"
                                + " the ack, fails every time, so it ends as a dead letter: ")
                .hasMessageContaining("Let a message succeed that was applied before");
    }
}
