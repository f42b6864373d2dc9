package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.testkit.idempotency.Harm;
import dev.troth.testkit.idempotency.IdempotencyProof;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/** A proof that proves nothing says so. */
class IdempotencyProofTest {
    private static final List<Order> ORDERS = List.of(new Order("order-7", "pen", 10), new Order("order-8", "pen", 20));

    private final Pool pool = new Pool("jdbc:h2:mem:proof", 4);

    @BeforeEach
    void tables() {
        TrothTables.of(pool.source()).create();
        pool.execute("CREATE TABLE payments (order_id VARCHAR(100), amount INT)");
    }

    @AfterEach
    void close() {
        assertThat(pool.lent()).isZero();
        pool.close();
    }

    private IdempotencyProof<Order> proof() {
        return IdempotencyProof.of(ORDERS, Order::id)
                .on(pool.source())
                .empty("payments", "troth_inbox")
                .consumer(OrderHandlers::inbox)
                .effect("payments", "SELECT order_id, amount FROM payments");
    }

    @Test
    void each_harm_is_a_test_with_a_title() throws Throwable {
        assertThat(proof().without(Harm.AT_ONCE).tests().map(DynamicTest::getDisplayName))
                .contains(Harm.CRASH_BEFORE_ACK.title(), Harm.COMMIT_UNSEEN.title())
                .doesNotContain(Harm.AT_ONCE.title(), Harm.REORDERED.title())
                .hasSize(9);
        assertThat(proof().inAnyOrder().tests().map(DynamicTest::getDisplayName))
                .contains(Harm.REORDERED.title());
    }

    @Test
    void a_test_of_a_wrong_handler_fails() {
        Stream<DynamicTest> tests = proof().consumer(OrderHandlers::noNote).tests();

        DynamicTest first = tests.findFirst().orElseThrow();
        assertThat(first.getDisplayName()).isEqualTo(Harm.TWICE.title());
        assertThatThrownBy(first.getExecutable()::execute).hasMessageContaining("inserted 2 rows into payments");
    }

    @Test
    void what_is_missing_is_said_with_the_line_to_add() {
        IdempotencyProof<Order> empty = IdempotencyProof.of(ORDERS, Order::id);

        assertThatThrownBy(empty::prove).hasMessageContaining("Add .consumer(");
        assertThatThrownBy(empty.consumer(OrderHandlers::inbox)::prove).hasMessageContaining("Add .effect(");
        assertThatThrownBy(empty.effect("payments", "SELECT 1")::prove).hasMessageContaining("Add .on(");
        assertThatThrownBy(proof().replay("twice order-6")::tests).hasMessageContaining("no history 'twice order-6'");
        assertThatThrownBy(() -> IdempotencyProof.of(ORDERS, Order::product)).hasMessageContaining("have the id 'pen'");
    }

    @Test
    void a_question_that_sees_nothing_proves_nothing() {
        assertThatThrownBy(proof().consumer(
                                source -> order -> source.getConnection().close())::prove)
                .hasMessageContaining("looks as before")
                .hasMessageContaining("nothing was proved");
    }

    @Test
    void an_effect_that_is_different_every_time_proves_nothing() {
        assertThatThrownBy(proof().empty("troth_inbox")::prove)
                .hasMessageContaining("have two effects")
                .hasMessageContaining(".empty(");
    }

    @Test
    void a_consumer_on_another_database_proves_nothing() {
        assertThatThrownBy(proof().consumer(source -> OrderHandlers.noNote(pool.source()))::prove)
                .hasMessageContaining("did not use the DataSource");
    }

    @Test
    void a_message_that_cannot_be_applied_at_all_proves_nothing() {
        assertThatThrownBy(proof().consumer(source -> order -> {
                    throw new IllegalStateException("no such product");
                })::prove)
                .hasMessageContaining("'order-7' cannot be applied even when nothing goes wrong")
                .hasMessageContaining("no such product");
    }

    @Test
    @SuppressWarnings("MustBeClosed") // on purpose
    void a_transaction_that_a_consumer_left_open_holds_up_nothing() {
        IdempotencyProof<Order> proof = IdempotencyProof.of(ORDERS.subList(0, 1), Order::id)
                .on(pool.source())
                .empty("payments")
                .consumer(source -> order -> {
                    Connection connection = source.getConnection();
                    OrderHandlers.pay(connection, order);
                    connection.setAutoCommit(false);
                    OrderHandlers.pay(connection, order);
                })
                .effect("payments", "SELECT order_id, amount FROM payments");

        assertThatThrownBy(proof::prove).hasMessageContaining("inserted 2 rows into payments");
    }
}
