package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.spi.OutboxStore.Waiting;
import dev.troth.spi.StoreException;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresOutboxTest extends ServerOutboxContract {
    @Override
    Pool freshPool() {
        return new Pool(PostgresServer.shared().freshDatabase(), 8);
    }

    @Override
    String endSessionThatDeletes(long number) {
        return "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'";
    }

    @Test
    void a_message_costs_no_forced_write_but_the_commit_of_its_transaction() {
        add(message("k", "m1"), message("other", "m2"));
        try (Pool one = new Pool(pool().source().getJdbcUrl(), 1)) {
            Outbox outbox = Outbox.on(one.source());
            outbox.open();
            int before = forcedWrites(one);

            outbox.lease("a", ALL, Duration.ofHours(1));
            List<Waiting> messages = outbox.next(ALL, 10);
            outbox.failed(messages.get(0), Duration.ZERO, "no");
            outbox.sent(messages.stream().map(Waiting::number).toList());
            outbox.release("a");

            assertThat(forcedWrites(one)).isEqualTo(before);
            assertThat(one.text("SHOW synchronous_commit")).isEqualTo("on");
            assertThat(one.text("SHOW enable_seqscan")).isEqualTo("on");
        }
        assertThat(next()).isEmpty();
    }

    /** A session's own count is sure to be told only by itself, so this pool has one connection. */
    private static int forcedWrites(Pool one) {
        one.execute("SELECT pg_stat_force_next_flush()");
        return one.number("SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_io WHERE backend_type = 'client backend'"
                + " AND object = 'wal'");
    }

    @Test
    void looks_go_by_an_index_even_while_the_tables_are_small() throws SQLException {
        OutboxSql sql = new OutboxSql(Dialect.POSTGRESQL);
        Connection connection = begin();
        new OutboxTable(Dialect.POSTGRESQL).byIndex(connection);

        assertThat(plan(connection, sql.next(1), 3, 500, 500))
                .contains("troth_outbox_lane", "troth_outbox_failing_key");
        assertThat(plan(connection, sql.next(1), 3, 500, 500)).doesNotContain("Seq Scan", "Bitmap");
        assertThat(plan(connection, sql.retries(2), 3, 4, 500)).doesNotContain("Seq Scan", "Bitmap");
        assertThat(plan(connection, sql.waiting)).doesNotContain("Seq Scan", "Bitmap");
        rollback(connection);
    }

    private static String plan(Connection connection, String sql, int... parameters) throws SQLException {
        try (PreparedStatement explain = connection.prepareStatement("EXPLAIN " + sql)) {
            for (int i = 0; i < parameters.length; i++) {
                explain.setInt(i + 1, parameters[i]);
            }
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = explain.executeQuery()) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }

    @Test
    void a_message_is_not_added_by_a_transaction_whose_connection_was_lost() throws SQLException {
        Connection connection = begin();
        opened().add(connection, message("k", "m1"));
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            pool().execute("SELECT pg_terminate_backend(" + rows.getInt(1) + ")");
        }

        assertThatThrownBy(() -> opened().add(connection, message("k", "m2")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("'m2'");
        connection.close();

        assertThat(next()).isEmpty();
    }

    @Test
    void a_user_without_rights_is_told_the_grant() {
        pool().execute(
                        "CREATE ROLE postman LOGIN PASSWORD 'postman'",
                        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO postman");
        String url = pool().source().getJdbcUrl().replaceAll("user=.*", "user=postman&password=postman");
        try (Pool postman = new Pool(url, 1)) {
            assertThatThrownBy(() -> Outbox.on(postman.source()).open())
                    .hasMessageContaining("GRANT SELECT, INSERT, UPDATE, DELETE ON"
                            + " troth_outbox, troth_outbox_lanes, troth_outbox_failing TO postman");
        }
        pool().execute("DROP OWNED BY postman", "DROP ROLE postman");
    }
}
