package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.DecisionLog.LocalTransaction;
import dev.troth.spi.StoreException;
import dev.troth.testkit.servers.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
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
    void a_commit_together_with_its_decision_whose_connection_is_killed_is_unknown_and_then_resolved()
            throws Exception {
        Gid gid = gid();
        LocalTransaction local = log().begin();
        int backend = backend(local);
        touch(local);

        assertThatThrownBy(() -> local.commit(commit(gid), () -> kill(backend)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not known");
        local.close();

        assertThat(log().resolve(gid).outcome()).isEqualTo(Outcome.ABORTED);
        assertThat(pool().lent()).isZero();
    }

    @Test
    void a_database_that_has_been_silent_and_is_gone_has_decided_nothing_for_certain() throws Exception {
        LocalTransaction local = log().begin();
        int backend = backend(local);
        awaitClock(log().now().plusMillis(100));
        kill(backend);

        assertThatThrownBy(() -> local.commit(commit(gid()), () -> {}))
                .isInstanceOfSatisfying(
                        BranchFailedException.class,
                        failed -> assertThat(failed.refusal().reason()).isEqualTo(Reason.UNAVAILABLE));
        local.close();

        assertThat(pool().lent()).isZero();
    }

    @Test
    void a_constraint_that_fails_at_the_commit_refuses_work_and_decision() throws Exception {
        Gid gid = gid();
        pool().execute("CREATE TABLE late (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        LocalTransaction local = log().begin();
        execute(local, "INSERT INTO late VALUES (1), (1)");

        assertThatThrownBy(() -> local.commit(commit(gid), () -> {}))
                .isInstanceOfSatisfying(
                        BranchFailedException.class,
                        failed -> assertThat(failed.refusal().reason()).isEqualTo(Reason.CONSTRAINT));
        local.close();

        assertThat(log().read(gid)).isEmpty();
        assertThat(pool().lent()).isZero();
    }

    private void kill(int backend) {
        pool().execute("SELECT pg_terminate_backend(" + backend + ", 10000)");
    }

    @Test
    void a_killed_connection_records_nothing_and_is_not_handed_out_again() throws Exception {
        LocalTransaction local = log().begin();
        pool().execute("SELECT pg_terminate_backend(" + backend(local) + ")");

        assertThatThrownBy(() -> local.record(commit(gid())))
                .isInstanceOfSatisfying(
                        BranchFailedException.class,
                        failed -> assertThat(failed.refusal().reason()).isEqualTo(Reason.UNAVAILABLE));
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

            assertThatThrownBy(() -> local.record(commit(gid))).isInstanceOf(BranchFailedException.class);
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
    void a_decision_costs_one_forced_write_and_done_costs_none() {
        try (Pool one = new Pool(pool().source().getJdbcUrl(), 1)) {
            JdbcDecisionLog log = JdbcDecisionLog.on(one.source());
            log.open();
            Gid gid = gid();
            int before = forcedWrites(one);

            log.record(commit(gid));
            int recorded = forcedWrites(one);
            log.done(List.of(gid));
            log.owed(Duration.ZERO, Duration.ofMinutes(1), 10);

            assertThat(recorded).isEqualTo(before + 1);
            assertThat(forcedWrites(one)).isEqualTo(recorded);
        }
    }

    @Test
    void a_decision_is_forced_to_disk_even_where_commits_are_asynchronous_by_default() {
        String url = pool().source().getJdbcUrl() + "&options=-c%20synchronous_commit=off";
        try (Pool careless = new Pool(url, 1)) {
            JdbcDecisionLog log = JdbcDecisionLog.on(careless.source());
            log.open();
            int before = forcedWrites(careless);

            log.record(commit(gid()));
            log.resolve(gid());

            assertThat(careless.text("SHOW synchronous_commit")).isEqualTo("off");
            assertThat(forcedWrites(careless)).isEqualTo(before + 2);
        }
    }

    @Test
    void what_is_done_is_found_by_its_key_and_not_among_all_that_was_ever_open() {
        pool().execute(
                        "INSERT INTO troth_decisions SELECT 'blog.logabc.abcd1234.1.' || n, '', 'COMMITTED', '', '', 0, n, NULL, 0, FALSE"
                                + " FROM generate_series(1, 5000) n",
                        "UPDATE troth_decisions SET done_at = 1");
        String mark = new DecisionSql(Dialect.POSTGRESQL).done.replace("?", "'a,b,c'");

        String plan = pool().text("EXPLAIN (FORMAT JSON) " + mark);

        assertThat(plan).contains("troth_decisions_pkey").doesNotContain("troth_decisions_open");
    }

    /** The server keeps the plan of a statement that is executed often, from when the table was small. */
    @Test
    void what_is_done_is_never_found_by_reading_the_table() {
        try (Pool one = new Pool(pool().source().getJdbcUrl(), 1)) {
            JdbcDecisionLog log = JdbcDecisionLog.on(one.source());
            log.open();
            for (int batch = 0; batch < 10; batch++) {
                List<Gid> gids = Stream.generate(() -> gid()).limit(100).toList();
                gids.forEach(gid -> log.record(commit(gid)));
                log.done(gids);
            }
            one.execute("SELECT pg_stat_force_next_flush()");

            assertThat(one.text("SELECT n_tup_upd || ' changed, ' || seq_tup_read || ' read' FROM pg_stat_user_tables"
                            + " WHERE relname = 'troth_decisions'"))
                    .isEqualTo("1000 changed, 0 read");
        }
    }

    @Test
    void a_user_without_rights_is_told_the_grant() {
        pool().execute(
                        "CREATE ROLE clerk LOGIN PASSWORD 'clerk'",
                        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk");
        String url = pool().source().getJdbcUrl().replaceAll("user=.*", "user=clerk&password=clerk");
        try (Pool clerk = new Pool(url, 1)) {
            assertThatThrownBy(() -> JdbcDecisionLog.on(clerk.source()).open())
                    .hasMessageContaining(
                            "GRANT SELECT, INSERT, UPDATE, DELETE ON troth_identity, troth_decisions TO clerk");
        }
        pool().execute("DROP OWNED BY clerk", "DROP ROLE clerk");
    }

    /** Of one session, which tells its own count at once: these pools have one connection. Others write when they like. */
    static int forcedWrites(Pool one) {
        one.execute("SELECT pg_stat_force_next_flush()");
        return one.number("SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_get_backend_io(pg_backend_pid())"
                + " WHERE object = 'wal'");
    }

    @Test
    void a_wrong_password_is_a_clear_error_without_the_password() {
        try (Pool wrong =
                Pool.impatient(PostgresServer.shared().url().replaceAll("password=.*", "password=sesame"), 1)) {
            assertThatThrownBy(() -> JdbcDecisionLog.on(wrong.source()).open())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("Check that it runs")
                    .hasMessageNotContaining("sesame");
        }
    }
}
