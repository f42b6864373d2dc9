package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.DecisionLog.LocalTransaction;
import dev.troth.spi.StoreException;
import dev.troth.testkit.DecisionLogContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a log in a database keeps beside the contract: local work in the same transaction, and every connection given back. */
abstract class JdbcDecisionLogContract extends DecisionLogContract {
    private final Pool pool = freshPool();

    /** A pool of at least 8 connections to an empty database. */
    abstract Pool freshPool();

    Pool pool() {
        return pool;
    }

    @Override
    protected DecisionLog log(Duration history, Duration margin) {
        TrothTables.of(pool.source()).create();
        return JdbcDecisionLog.on(pool.source(), new LogOptions(history, margin));
    }

    @Override
    protected void touch(LocalTransaction local) {
        execute(local, "SELECT COUNT(*) FROM troth_identity");
    }

    static void execute(LocalTransaction local, String sql) {
        try (Statement statement = local.connection().createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
    }

    /** Every connection must be back. */
    @Override
    @AfterEach
    protected void closeLog() {
        super.closeLog();
        assertThat(pool.lent()).isZero();
        pool.close();
    }

    @Test
    void local_work_and_its_decision_commit_together_or_not_at_all() {
        pool.execute("CREATE TABLE blogs (title VARCHAR(50))");
        Gid committed = gid();
        Gid rolledBack = gid();

        try (LocalTransaction local = log().begin()) {
            execute(local, "INSERT INTO blogs VALUES ('both')");
            assertThat(local.used()).isTrue();
            local.record(commit(committed));
            local.commit();
        }
        try (LocalTransaction local = log().begin()) {
            execute(local, "INSERT INTO blogs VALUES ('neither')");
            local.record(commit(rolledBack));
        }

        assertThat(pool.text("SELECT title FROM blogs")).isEqualTo("both");
        assertThat(pool.number("SELECT COUNT(*) FROM blogs")).isEqualTo(1);
        assertThat(log().read(rolledBack)).isEmpty();
    }

    @Test
    void what_is_owed_is_counted_with_the_age_of_the_oldest_and_no_lease_is_taken() {
        Gid done = gid();
        assertThat(log().owing()).contains(new DecisionLog.Owing(0, Duration.ZERO));
        log().record(commit(gid()));
        log().record(commit(done));
        log().record(commit(gid()));
        log().done(List.of(done));

        DecisionLog.Owing owing = log().owing().orElseThrow();

        assertThat(owing.decisions()).isEqualTo(2);
        assertThat(owing.oldest()).isBetween(Duration.ZERO, Duration.ofMinutes(5));
        assertThat(log().owed(Duration.ZERO, Duration.ZERO, 10)).hasSize(2);
    }

    @Test
    void local_work_may_not_end_its_own_transaction() throws SQLException {
        Gid gid = gid();
        try (LocalTransaction local = log().begin()) {
            Connection connection = local.connection();

            assertThatThrownBy(connection::commit).hasMessageContaining("commit() is not allowed");
            assertThatThrownBy(connection::close).hasMessageContaining("close() is not allowed");
            assertThatThrownBy(() -> connection.setAutoCommit(true)).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connection.createStatement().execute("/* done */ commit"))
                    .hasMessageContaining("COMMIT would end the transaction");
            assertThat(connection.getAutoCommit()).isFalse();

            assertThatThrownBy(() -> local.record(commit(gid)))
                    .isInstanceOf(BranchFailedException.class)
                    .hasMessageContaining("Nothing was decided");
        }
        assertThat(log().read(gid)).isEmpty();
    }

    @Test
    void a_constraint_that_was_dealt_with_does_not_hide_a_worse_failure_after_it() {
        Gid before = gid();
        Gid after = gid();
        try (LocalTransaction local = log().begin()) {
            failTwice(local);

            assertThatThrownBy(() -> local.record(commit(before))).isInstanceOf(BranchFailedException.class);
        }
        try (LocalTransaction local = log().begin()) {
            touch(local);
            assertThat(local.record(commit(after))).isEqualTo(Recorded.RECORDED);
            failTwice(local);

            assertThatThrownBy(local::commit).isInstanceOf(BranchFailedException.class);
        }

        assertThat(log().read(before)).isEmpty();
        assertThat(log().read(after)).isEmpty();
    }

    /** A constraint first, then a call that is forbidden. */
    private static void failTwice(LocalTransaction local) {
        assertThatThrownBy(() -> execute(local, "INSERT INTO troth_identity SELECT * FROM troth_identity"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(local.connection()::commit).isInstanceOf(SQLException.class);
    }

    @Test
    void a_connection_that_is_kept_after_its_transaction_does_nothing() {
        Connection kept;
        try (LocalTransaction local = log().begin()) {
            kept = local.connection();
        }

        assertThatThrownBy(kept::createStatement).hasMessageContaining("after its work had ended");
    }

    @Test
    void a_log_without_its_tables_says_which_are_missing() {
        pool.execute("DROP TABLE troth_decisions", "ALTER TABLE troth_branches DROP COLUMN deadline");

        assertThatThrownBy(() -> JdbcDecisionLog.on(pool.source()).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("table troth_decisions")
                .hasMessageContaining("column troth_branches.deadline")
                .hasMessageContaining("-1.sql");
    }

    @Test
    void tables_of_another_version_are_refused() {
        pool.execute("UPDATE troth_identity SET version = 99");

        assertThatThrownBy(() -> JdbcDecisionLog.on(pool.source()).open()).hasMessageContaining("version 99");
    }

    @Test
    void tables_may_be_created_by_several_instances_at_once() throws Exception {
        pool.execute(
                "DROP TABLE troth_decisions",
                "DROP TABLE troth_branches",
                "DROP TABLE troth_heuristics",
                "DROP TABLE troth_identity");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<String> create = () -> {
                TrothTables.of(pool.source()).create();
                return JdbcDecisionLog.on(pool.source()).open();
            };
            Set<String> identities = new HashSet<>();
            for (var each : threads.invokeAll(List.of(create, create, create, create))) {
                identities.add(each.get());
            }
            assertThat(identities).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void an_exhausted_pool_is_a_clear_error_and_loses_no_connection() {
        try (Pool small = Pool.impatient(pool.source().getJdbcUrl(), 1)) {
            JdbcDecisionLog log = JdbcDecisionLog.on(small.source());
            log.open();

            try (LocalTransaction only = log.begin();
                    LocalTransaction oneMore = log.begin()) {
                touch(only);
                assertThatThrownBy(oneMore::connection)
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("size of the connection pool");
            }

            assertThat(log.record(commit(gid()))).isEqualTo(Recorded.RECORDED);
            assertThat(small.lent()).isZero();
        }
    }

    private Recorded workAndCommit(Gid gid, Runnable between) {
        pool().execute("CREATE TABLE done_work (id integer PRIMARY KEY)");
        try (LocalTransaction local = log().begin()) {
            execute(local, "INSERT INTO done_work (id) VALUES (1)");
            between.run();
            execute(local, "SELECT COUNT(*) FROM done_work");
            return local.commit(commit(gid), () -> {});
        }
    }

    private int workDone() {
        return pool().number("SELECT COUNT(*) FROM done_work");
    }

    @Test
    void work_and_decision_are_committed_together() {
        Gid gid = gid();

        assertThat(workAndCommit(gid, () -> {})).isEqualTo(Recorded.RECORDED);

        assertThat(log().read(gid)).map(DecisionRow::outcome).contains(Outcome.COMMITTED);
        assertThat(workDone()).isEqualTo(1);
    }

    @Test
    void work_whose_decision_comes_too_late_is_not_committed() {
        Gid gid = gid(Duration.ofMillis(100));

        assertThat(workAndCommit(gid, () -> awaitClock(gid.deadline()))).isEqualTo(Recorded.EXPIRED);

        assertThat(log().read(gid)).isEmpty();
        assertThat(workDone()).isZero();
    }

    @Test
    void work_whose_transaction_was_aborted_by_somebody_is_not_committed() {
        Gid gid = gid();
        log().resolve(gid);
        pool().execute("CREATE TABLE done_work (id integer PRIMARY KEY)");

        try (LocalTransaction local = log().begin()) {
            execute(local, "INSERT INTO done_work (id) VALUES (1)");

            assertThat(local.commit(commit(gid), () -> {})).isEqualTo(Recorded.LOST);
        }

        assertThat(log().read(gid)).map(DecisionRow::outcome).contains(Outcome.ABORTED);
        assertThat(workDone()).isZero();
    }
}
