package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.spi.DecisionLog.LocalTransaction;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.OutboxStore.Waiting;
import dev.troth.spi.StoreException;
import dev.troth.testkit.OutboxContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an outbox in a database keeps beside the contract. */
abstract class JdbcOutboxContract extends OutboxContract {
    private final Pool pool = freshPool();

    /** A pool of at least 8 connections to an empty database. */
    abstract Pool freshPool();

    Pool pool() {
        return pool;
    }

    @Override
    protected OutboxStore outbox() {
        TrothTables.of(pool.source()).create();
        return Outbox.on(pool.source());
    }

    @Override
    protected Connection begin() throws SQLException {
        Connection connection = pool.source().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    protected void commit(Connection connection) throws SQLException {
        try (connection) {
            connection.commit();
        }
    }

    @Override
    protected void rollback(Connection connection) throws SQLException {
        try (connection) {
            connection.rollback();
        }
    }

    /** Every connection must be back. */
    @Override
    @AfterEach
    protected void closeOutbox() {
        super.closeOutbox();
        assertThat(pool.lent()).isZero();
        pool.close();
    }

    @Test
    void a_connection_to_another_database_is_refused() throws SQLException {
        Pool elsewhere = freshPool();
        TrothTables.of(elsewhere.source()).create();
        Inbox.on(elsewhere.source()).open();

        try (Connection connection = elsewhere.source().getConnection()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> opened().add(connection, message("k", "m1")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another database than that of the outbox");
            connection.rollback();
        }

        assertThat(elsewhere.number("SELECT COUNT(*) FROM troth_outbox")).isZero();
        elsewhere.close();
    }

    @Test
    void messages_are_added_on_the_connection_that_local_work_is_lent() {
        JdbcDecisionLog log = JdbcDecisionLog.on(pool.source());
        String store = log.open();
        Instant deadline = Instant.ofEpochMilli(log.now().plusSeconds(60).toEpochMilli());
        try (LocalTransaction local = log.begin()) {
            opened().add(local.connection(), message("k", "rolled back"));
        }
        try (LocalTransaction local = log.begin()) {
            opened().add(local.connection(), message("k", "committed"));
            local.record(new CommitRecord(new Gid("blog", store, "abcd1234", deadline, 1), "post", List.of(), ""));
            local.commit();
        }

        assertThat(next()).containsExactly("committed");
    }

    @Test
    void a_row_that_cannot_be_read_keeps_nobody_out() {
        add(message("k", "strange"), message("k", "behind"), message("other", "other"));
        pool.execute("UPDATE troth_outbox SET time_to_live = 'for ever' WHERE id = 'strange'");

        assertThat(next()).contains("other").doesNotContain("strange", "behind");
        assertThat(next()).containsExactly("other");
        assertThat(pool.text("SELECT reason FROM troth_outbox_failing")).contains("for ever");

        pool.execute(
                "UPDATE troth_outbox SET time_to_live = 'PT0S' WHERE id = 'strange'",
                "UPDATE troth_outbox_failing SET retry_at = 0");
        assertThat(next()).containsExactly("strange", "other");
    }

    @Test
    void a_lease_of_before_the_clock_was_set_back_is_over() {
        Set<Integer> all = Set.of(0, 1, 2);
        assertThat(opened().lease("dead", all, Duration.ofSeconds(5))).isEqualTo(all);
        assertThat(opened().lease("alive", all, Duration.ofSeconds(5))).isEmpty();

        pool.execute("UPDATE troth_outbox_lanes SET lease_until = lease_until + 3600000");

        assertThat(opened().lease("alive", all, Duration.ofSeconds(5))).isEqualTo(all);
    }

    @Test
    void a_message_that_somebody_deletes_by_hand_holds_up_its_key_no_longer() {
        add(message("k", "bad"), message("k", "behind"));
        opened().failed(find("bad"), Duration.ofHours(1), "no");

        pool.execute("DELETE FROM troth_outbox WHERE id = 'bad'");

        assertThat(next()).containsExactly("behind");
        assertThat(opened().backlog().failing()).isZero();
    }

    @Test
    void without_its_lanes_it_says_what_to_run_and_that_helps() {
        pool.execute("DELETE FROM troth_outbox_lanes");
        Outbox outbox = Outbox.on(pool.source());

        assertThatThrownBy(outbox::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("troth_outbox_lanes")
                .hasMessageContaining("has 0 rows")
                .hasMessageContaining("-1.sql");
        TrothTables.of(pool.source()).create();

        assertThatCode(outbox::open).doesNotThrowAnyException();
    }

    @Test
    void an_outbox_that_is_not_open_says_so() {
        assertThatThrownBy(() -> Outbox.on(pool.source()).waiting())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("Call open()");
    }

    @Test
    void a_database_that_cannot_be_reached_is_told_with_what_happens_by_itself() throws SQLException {
        add(message("k", "m1"));
        Waiting message = find("m1");
        Outbox outbox;
        Connection dead;
        try (Pool gone = Pool.impatient(pool.source().getJdbcUrl(), 2)) {
            outbox = Outbox.on(gone.source());
            outbox.open();
            dead = gone.source().getConnection();
            dead.close();
        }

        assertThatThrownBy(outbox::waiting).isInstanceOf(StoreException.class).hasMessageContaining("by itself");
        assertThatThrownBy(() -> outbox.next(ALL, 10)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> outbox.lease("a", Set.of(1), Duration.ofHours(1)))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> outbox.release("a")).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> outbox.sent(List.of(message.number())))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("sent again, with the same ids");
        assertThatThrownBy(() -> outbox.failed(message, Duration.ZERO, "no")).isInstanceOf(StoreException.class);
        assertThatThrownBy(outbox::backlog).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> outbox.add(dead, message.message()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("'m1'")
                .hasMessageContaining("Roll the transaction back");
        assertThat(next()).containsExactly("m1");
    }
}
