package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.DecisionLog.LocalTransaction;
import dev.troth.spi.StoreException;
import dev.troth.testkit.servers.PostgresServer;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresDecisionLogTest extends JdbcDecisionLogContract {
    @Override
    Pool freshPool() {
        return new Pool(PostgresServer.shared().freshDatabase(), 8);
    }

    private static int backend(LocalTransaction local) throws Exception {
        try (var statement = local.connection().createStatement();
                var rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void a_commit_whose_connection_is_killed_is_unknown_and_then_resolved() throws Exception {
        Gid gid = gid();
        LocalTransaction local = log().begin();
        int backend = backend(local);
        local.record(commit(gid));
        pool().execute("SELECT pg_terminate_backend(" + backend + ")");

        assertThatThrownBy(local::commit).isInstanceOf(StoreException.class).hasMessageContaining("not known");
        local.close();

        assertThat(log().resolve(gid).outcome()).isEqualTo(Outcome.ABORTED);
        assertThat(pool().lent()).isZero();
    }

    @Test
    void a_killed_connection_records_nothing_and_is_not_handed_out_again() throws Exception {
        LocalTransaction local = log().begin();
        pool().execute("SELECT pg_terminate_backend(" + backend(local) + ")");

        assertThatThrownBy(() -> local.record(commit(gid()))).isInstanceOf(StoreException.class);
        local.rollback();

        for (int i = 0; i < 8; i++) {
            assertThat(log().record(commit(gid()))).isEqualTo(Recorded.RECORDED);
        }
    }

    @Test
    void a_failed_statement_that_the_work_swallowed_decides_nothing() {
        Gid gid = gid();
        try (LocalTransaction local = log().begin()) {
            assertThatThrownBy(() -> execute(local, "SELECT 1 / 0")).isInstanceOf(IllegalStateException.class);

            assertThatThrownBy(() -> local.record(commit(gid))).isInstanceOf(StoreException.class);
        }
        assertThat(log().read(gid)).isEmpty();
    }

    @Test
    void local_work_at_any_isolation_level_still_sees_who_won() {
        Gid lost = gid();
        Gid won = gid();
        log().resolve(lost);
        try (Pool serializable = new Pool(pool().source().getJdbcUrl(), 2, "TRANSACTION_SERIALIZABLE")) {
            JdbcDecisionLog strict = JdbcDecisionLog.on(serializable.source());
            strict.open();

            try (LocalTransaction local = strict.begin()) {
                touch(local);
                assertThat(local.record(commit(won))).isEqualTo(Recorded.RECORDED);
                local.commit();
            }
            try (LocalTransaction local = strict.begin()) {
                touch(local);
                assertThat(local.record(commit(lost))).isEqualTo(Recorded.LOST);
            }
            assertThat(strict.resolve(won).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(strict.resolve(gid()).outcome()).isEqualTo(Outcome.ABORTED);
        }
    }

    @Test
    void done_costs_no_forced_write() {
        Gid gid = gid();
        log().record(commit(gid));
        String before = flushes();

        log().done(List.of(gid));

        assertThat(flushes()).isEqualTo(before);
    }

    /** The writer behind may flush at any time, so this counts what sessions flush themselves. */
    private String flushes() {
        pool().execute("SELECT pg_stat_force_next_flush()");
        return pool().text(
                        "SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_io WHERE backend_type = 'client backend' AND object = 'wal'");
    }

    @Test
    void a_wrong_password_is_a_clear_error_without_the_password() {
        try (Pool wrong = new Pool(PostgresServer.shared().url().replaceAll("password=.*", "password=sesame"), 1)) {
            assertThatThrownBy(() -> JdbcDecisionLog.on(wrong.source()).open())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("Check that it runs")
                    .hasMessageNotContaining("sesame");
        }
    }
}
