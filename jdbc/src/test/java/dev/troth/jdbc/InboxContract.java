package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.spi.BranchFailedException;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an inbox promises in every database. */
abstract class InboxContract {
    private final Pool pool = freshPool();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Inbox inbox = Inbox.on(pool.source());

    /** A pool of at least 8 connections to an empty database. */
    abstract Pool freshPool();

    Pool pool() {
        return pool;
    }

    Inbox inbox() {
        return inbox;
    }

    @BeforeEach
    void tables() {
        TrothTables.of(pool.source()).create();
        pool.execute("CREATE TABLE orders (name VARCHAR(300) NOT NULL)");
    }

    /** Every connection must be back. */
    @AfterEach
    void close() {
        threads.shutdownNow();
        assertThat(pool.lent()).isZero();
        pool.close();
    }

    static void order(Connection connection, String name) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO orders (name) VALUES (?)")) {
            insert.setString(1, name);
            insert.executeUpdate();
        }
    }

    int orders() {
        return pool.number("SELECT COUNT(*) FROM orders");
    }

    private boolean once(String id) throws SQLException {
        return inbox.once(id, connection -> order(connection, id));
    }

    @Test
    void a_message_is_applied_once_however_often_it_is_delivered() throws SQLException {
        assertThat(once("m1")).isTrue();
        assertThat(once("m1")).isFalse();
        assertThat(Inbox.on(pool.source()).once("m1", connection -> order(connection, "again")))
                .isFalse();
        assertThat(once("m2")).isTrue();

        assertThat(orders()).isEqualTo(2);
    }

    @Test
    void ids_are_told_apart_exactly() throws SQLException {
        for (String id : List.of("m", "M", "m\u00e9", "me", "m'; --", "m".repeat(200))) {
            assertThat(once(id)).as(id).isTrue();
            assertThat(once(id)).as(id).isFalse();
        }

        assertThat(orders()).isEqualTo(6);
    }

    @Test
    void what_failed_has_not_been_applied_and_is_applied_when_it_comes_again() throws SQLException {
        assertThatThrownBy(() -> inbox.once("m1", connection -> {
                    order(connection, "half");
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(orders()).isZero();

        assertThat(once("m1")).isTrue();
        assertThat(orders()).isEqualTo(1);
    }

    @Test
    void of_many_deliveries_at_once_one_is_applied() throws Exception {
        for (int round = 0; round < 10; round++) {
            String id = "m" + round;
            CyclicBarrier start = new CyclicBarrier(6);
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                all.add(threads.submit(() -> {
                    start.await();
                    return once(id);
                }));
            }
            int applied = 0;
            for (Future<Boolean> each : all) {
                applied += each.get(60, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertThat(applied).isEqualTo(1);
        }
        assertThat(orders()).isEqualTo(10);
    }

    @Test
    void a_delivery_that_waits_for_one_that_fails_is_applied() throws Exception {
        CountDownLatch noted = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        Callable<Boolean> failing = () -> inbox.once("m1", connection -> {
            order(connection, "half");
            noted.countDown();
            fail.await();
            throw new IllegalStateException("no");
        });
        Future<Boolean> first = threads.submit(failing);
        noted.await();
        Future<Boolean> second = threads.submit(() -> once("m1"));

        fail.countDown();

        assertThatThrownBy(() -> first.get(60, TimeUnit.SECONDS)).hasRootCauseMessage("no");
        assertThat(second.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(orders()).isEqualTo(1);
    }

    @Test
    void every_consumer_applies_it_once() throws SQLException {
        Inbox other = inbox.named("other");

        assertThat(once("m1")).isTrue();
        assertThat(other.once("m1", connection -> order(connection, "other"))).isTrue();
        assertThat(other.once("m1", connection -> order(connection, "again"))).isFalse();

        assertThat(orders()).isEqualTo(2);
    }

    @Test
    void an_effect_that_ends_the_transaction_itself_comes_to_nothing() throws SQLException {
        assertThatThrownBy(() -> inbox.once("m1", connection -> {
                    order(connection, "half");
                    connection.commit();
                }))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("commit() is not allowed")
                .hasMessageContaining("inbox 'default'");
        assertThatThrownBy(() -> inbox.once("m1", connection -> {
                    order(connection, "half");
                    try {
                        connection.rollback();
                    } catch (SQLException swallowed) {
                        order(connection, "the rest");
                    }
                }))
                .isInstanceOf(BranchFailedException.class);

        assertThat(orders()).isZero();
        assertThat(once("m1")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " m", "m ", "\t"})
    void an_id_that_databases_would_compare_differently_is_refused(String id) {
        assertThatThrownBy(() -> once(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("message id")
                .hasMessageContaining("1 to 200 characters");
        assertThatThrownBy(() -> once("m".repeat(201)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("this one has 201");
        assertThatThrownBy(() -> inbox.named(id)).hasMessageContaining("consumer");
        assertThat(orders()).isZero();
    }

    @Test
    void ids_are_kept_for_their_time_and_deleted_after_it() throws SQLException {
        once("old");
        Inbox brief = inbox.withRetention(Duration.ofMillis(1));
        brief.named("other").once("old", connection -> {});

        assertThat(inbox.purge(10)).isZero();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (brief.purge(10) == 0) {
            assertThat(System.nanoTime()).isLessThan(end);
        }

        assertThat(pool.text("SELECT consumer FROM troth_inbox")).isEqualTo("other");
        assertThat(once("old")).isTrue();
    }

    @Test
    void an_id_whose_copies_still_come_is_not_forgotten() throws SQLException {
        Inbox weekly = inbox.withRetention(Duration.ofDays(7));
        once("m1");
        for (int copies = 0; copies < 3; copies++) {
            pool.execute("UPDATE troth_inbox SET applied_at = applied_at - 86400000 / 4"); // hours ago
            assertThat(once("m1")).isFalse();
            pool.execute("UPDATE troth_inbox SET applied_at = applied_at - 6 * 86400000"); // days ago
            assertThat(weekly.purge(10)).isZero();
            assertThat(once("m1")).isFalse();
        }
    }

    @Test
    void the_table_does_not_grow_for_ever() throws SQLException {
        Inbox brief = inbox.withRetention(Duration.ofMillis(1));
        for (int i = 0; i < 1_000; i++) {
            brief.once("m" + i, connection -> {});
        }

        assertThat(pool.number("SELECT COUNT(*) FROM troth_inbox")).isLessThan(250);
    }

    @Test
    void a_retention_of_nothing_is_refused() {
        assertThatThrownBy(() -> inbox.withRetention(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void without_its_table_it_says_what_to_run() {
        pool.execute("DROP TABLE troth_inbox");

        assertThatThrownBy(() -> once("m1"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("table troth_inbox")
                .hasMessageContaining("TrothTables.of(dataSource)");
        assertThat(orders()).isZero();
    }
}
