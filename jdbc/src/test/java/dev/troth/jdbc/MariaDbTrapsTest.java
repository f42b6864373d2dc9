package dev.troth.jdbc;

import static dev.troth.jdbc.Bench.execute;
import static dev.troth.jdbc.Bench.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.BranchStore.Begun;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.BranchStore.Finish;
import dev.troth.spi.BranchStore.Prepared;
import dev.troth.spi.StoreException;
import dev.troth.testkit.servers.MariaDbServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every way in which MariaDB, its driver or a handler could turn a yes into a lie (rules 6 to 12). */
@Timeout(300)
class MariaDbTrapsTest {
    @RegisterExtension
    static final MariaDbServer SERVER = MariaDbServer.shared();

    private final Bench bench = new Bench(
            SERVER.freshDatabase(),
            6,
            source -> MariaDbBranches.of(source, BranchOptions.defaults().withMaxInFlight(4)));

    @AfterEach
    void every_connection_is_back() {
        bench.store().inDoubt().forEach(left -> bench.store().rollback(left.branch()));
        bench.close();
    }

    private static int connectionId(BranchWork work) throws SQLException {
        return number(work, "SELECT CONNECTION_ID()");
    }

    private void kill(int connection) {
        bench.pool().execute("KILL " + connection);
        while (bench.pool().number("SELECT COUNT(*) FROM information_schema.processlist WHERE id = " + connection)
                > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_lock_time_out_that_the_handler_swallowed_is_a_no() throws SQLException {
        bench.pool().execute("INSERT INTO effects VALUES (1)");
        BranchId holder = bench.branch();
        BranchWork holding = bench.start(holder);
        execute(holding, "UPDATE effects SET id = 2 WHERE id = 1");
        BranchWork work = bench.start(bench.branch());
        execute(work, "SET innodb_lock_wait_timeout = 1");
        execute(work, "INSERT INTO effects VALUES (7)");
        Throwable timeOut = catchThrowable(() -> execute(work, "UPDATE effects SET id = 3 WHERE id = 1"));
        holding.rollback();

        bench.refuses(work, Reason.MISUSE);

        assertThat(bench.store().explain(timeOut).reason()).isEqualTo(Reason.CONFLICT);
        assertThat(bench.pool().text("SELECT id FROM effects")).isEqualTo("1");
    }

    @Test
    void a_definition_in_a_branch_is_an_error_and_a_no() throws SQLException {
        BranchWork work = bench.start(bench.branch());
        execute(work, "INSERT INTO effects VALUES (1)");

        assertThatThrownBy(() -> execute(work, "CREATE TABLE other (id INT)")).hasMessageContaining("CREATE would end");

        bench.refuses(work, Reason.MISUSE);
        assertThat(bench.effects()).isZero();
    }

    @Test
    void a_commit_the_guard_cannot_see_is_refused_by_the_server_and_is_a_no() throws SQLException {
        bench.pool().execute("CREATE PROCEDURE sneak() BEGIN COMMIT; END");
        BranchWork work = bench.start(bench.branch());
        execute(work, "INSERT INTO effects VALUES (1)");

        Throwable refused = catchThrowable(() -> execute(work, "CALL sneak()"));

        assertThat(bench.store().explain(refused).reason()).isEqualTo(Reason.MISUSE);
        bench.refuses(work, Reason.MISUSE);
        assertThat(bench.effects()).isZero();
    }

    @Test
    void ending_the_connection_is_an_error_and_a_no() throws SQLException {
        BranchWork work = bench.start(bench.branch());
        Connection connection = work.connection();

        assertThatThrownBy(connection::commit).hasMessageContaining("commit() is not allowed");
        assertThatThrownBy(connection::close).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connection.setAutoCommit(true)).isInstanceOf(SQLException.class);
        assertThat(connection.getAutoCommit()).isFalse();

        bench.refuses(work, Reason.MISUSE);
    }

    @Test
    void savepoints_are_allowed() throws SQLException {
        BranchId branch = bench.branch();
        BranchWork work = bench.start(branch);
        var savepoint = work.connection().setSavepoint();
        execute(work, "INSERT INTO effects VALUES (1)");
        work.connection().rollback(savepoint);
        execute(work, "INSERT INTO effects VALUES (2)");

        assertThat(work.prepare()).isEqualTo(Prepared.PREPARED);
        assertThat(bench.store().commit(branch)).isEqualTo(Finish.DONE);

        assertThat(bench.pool().text("SELECT id FROM effects")).isEqualTo("2");
    }

    @Test
    void a_prepared_branch_holds_its_connection_and_its_lock_until_the_decision() throws SQLException {
        BranchId branch = bench.branch();
        bench.prepare(branch, 1);
        String locks = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND command = 'Sleep'"
                + " AND id = IS_USED_LOCK('"
                + BranchKey.lockName(branch, bench.store().open()) + "')";
        assertThat(bench.pool().lent()).isEqualTo(1);
        while (bench.pool().number(locks) == 0) {
            Thread.onSpinWait(); // the server answers before it sleeps
        }

        bench.store().commit(branch);

        assertThat(bench.pool().lent()).isZero();
        assertThat(bench.pool().number(locks)).isZero();
    }

    @Test
    void more_branches_than_may_be_in_flight_are_overloaded() {
        BranchId oneMore = bench.branch();
        BranchWork[] all = {
            bench.start(bench.branch()),
            bench.start(bench.branch()),
            bench.start(bench.branch()),
            bench.start(bench.branch())
        };

        Throwable failure = catchThrowable(() -> bench.store().begin(oneMore));

        assertThat(failure).isInstanceOf(StoreException.class).hasMessageContaining("withMaxInFlight");
        assertThat(bench.store().explain(failure).reason()).isEqualTo(Reason.OVERLOADED);
        for (BranchWork each : all) {
            each.rollback();
        }
        bench.poolIsWhole();
    }

    @Test
    void abandoning_a_branch_that_has_ended_leaves_the_next_user_of_its_connection_alone() throws SQLException {
        BranchWork ended = bench.start(bench.branch());
        int connection = connectionId(ended);
        ended.rollback();
        BranchWork next = bench.start(bench.branch());
        assertThat(connectionId(next)).isEqualTo(connection);

        ended.abandon();
        execute(next, "INSERT INTO effects VALUES (1)");
        next.commitOnePhase();

        assertThat(bench.effects()).isEqualTo(1);
        bench.holdsNothing();
    }

    @Test
    void an_exhausted_pool_is_unavailable() {
        BranchId oneMore = bench.branch();
        try (Pool small = Pool.impatient(bench.pool().source().getJdbcUrl(), 1)) {
            MariaDbBranches store = MariaDbBranches.of(small.source());
            store.open();
            BranchWork only = ((Begun.Started) store.begin(bench.branch())).work();

            Throwable failure = catchThrowable(() -> store.begin(oneMore));

            assertThat(store.explain(failure).reason()).isEqualTo(Reason.UNAVAILABLE);
            only.rollback();
            assertThat(small.lent()).isZero();
            store.close();
        }
    }

    @Test
    void a_connection_killed_during_the_work_is_unavailable_and_never_handed_out_again() throws SQLException {
        BranchWork work = bench.start(bench.branch());
        execute(work, "INSERT INTO effects VALUES (1)");
        kill(connectionId(work));

        Throwable failure = catchThrowable(() -> execute(work, "INSERT INTO effects VALUES (2)"));
        work.rollback();

        assertThat(bench.store().explain(failure).reason()).isEqualTo(Reason.UNAVAILABLE);
        bench.holdsNothing();
        bench.poolIsWhole();
    }

    @Test
    void a_connection_killed_before_prepare_is_unknown_and_then_rolled_back_by_its_id() throws SQLException {
        BranchId branch = bench.branch();
        BranchWork work = bench.start(branch);
        execute(work, "INSERT INTO effects VALUES (1)");
        kill(connectionId(work));

        assertThatThrownBy(work::prepare).isInstanceOf(StoreException.class).hasMessageContaining("not known");

        assertThat(bench.store().rollback(branch)).isEqualTo(Finish.ALREADY);
        bench.holdsNothing();
        bench.poolIsWhole();
    }

    @Test
    void a_preparing_connection_that_is_gone_makes_the_commit_unknown_and_then_anybody_may_do_it() throws SQLException {
        BranchId branch = bench.branch();
        BranchWork work = bench.start(branch);
        execute(work, "INSERT INTO effects VALUES (1)");
        int connection = connectionId(work);
        work.prepare();
        kill(connection);

        assertThatThrownBy(() -> bench.store().commit(branch)).isInstanceOf(StoreException.class);
        assertThat(bench.store().inDoubt()).hasSize(1);
        assertThat(bench.store().commit(branch)).isEqualTo(Finish.DONE);

        assertThat(bench.effects()).isEqualTo(1);
        bench.holdsNothing();
        bench.poolIsWhole();
    }

    @Test
    void a_branch_finished_by_hand_is_missing() throws SQLException {
        BranchId branch = bench.branch();
        BranchWork work = bench.start(branch);
        execute(work, "INSERT INTO effects VALUES (1)");
        int connection = connectionId(work);
        work.prepare();
        kill(connection);
        bench.pool()
                .execute(
                        MariaDbSql.rollback(MariaDbSql.xid(branch, bench.store().open())));

        assertThatThrownBy(() -> bench.store().commit(branch)).isInstanceOf(StoreException.class);
        assertThat(bench.store().commit(branch)).isEqualTo(Finish.MISSING);

        bench.holdsNothing();
    }

    @Test
    void a_deadlock_is_a_conflict() throws Exception {
        bench.pool().execute("INSERT INTO effects VALUES (1)", "INSERT INTO effects VALUES (2)");
        BranchWork first = bench.start(bench.branch());
        BranchWork second = bench.start(bench.branch());
        execute(first, "UPDATE effects SET id = 11 WHERE id = 1");
        execute(second, "UPDATE effects SET id = 12 WHERE id = 2");
        CompletableFuture<Throwable> other = CompletableFuture.supplyAsync(
                () -> catchThrowable(() -> execute(first, "DELETE FROM effects WHERE id = 2")));
        Throwable here = catchThrowable(() -> execute(second, "DELETE FROM effects WHERE id = 1"));
        Throwable there = other.get(60, TimeUnit.SECONDS);
        Throwable victim = here == null ? there : here;

        assertThat(bench.store().explain(victim).reason()).isEqualTo(Reason.CONFLICT);
        BranchWork loser = here == null ? first : second;
        assertThatThrownBy(loser::prepare).isInstanceOf(BranchFailedException.class);
        (here == null ? second : first).rollback();
        bench.holdsNothing();
        bench.poolIsWhole();
    }

    @Test
    void a_constraint_is_told_apart() throws SQLException {
        bench.pool()
                .execute(
                        "INSERT INTO effects VALUES (1)",
                        "CREATE TABLE child (parent INT, FOREIGN KEY (parent)" + " REFERENCES effects (id))");
        BranchWork work = bench.start(bench.branch());

        Throwable duplicate = catchThrowable(() -> execute(work, "INSERT INTO effects VALUES (1)"));
        Throwable orphan = catchThrowable(() -> execute(work, "INSERT INTO child VALUES (99)"));
        work.rollback();

        assertThat(bench.store().explain(duplicate).reason()).isEqualTo(Reason.CONSTRAINT);
        assertThat(bench.store().explain(orphan).reason()).isEqualTo(Reason.CONSTRAINT);
        bench.holdsNothing();
    }

    @Test
    void a_handler_that_does_not_return_is_torn_down_with_its_statement() throws Exception {
        BranchId branch = bench.branch();
        BranchWork work = bench.start(branch);
        execute(work, "INSERT INTO effects VALUES (1)");
        int connection = connectionId(work);
        CompletableFuture<Void> handler = CompletableFuture.runAsync(() -> {
            try {
                execute(work, "SELECT SLEEP(600)");
            } catch (SQLException expected) {
                throw new CompletionException(expected);
            }
        });
        String running = "SELECT COUNT(*) FROM information_schema.processlist WHERE id = " + connection;
        while (bench.pool().number(running + " AND info LIKE 'SELECT SLEEP%'") == 0) {
            Thread.onSpinWait();
        }

        work.abandon();

        assertThatThrownBy(() -> handler.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(Exception.class);
        while (bench.pool().number(running) > 0) {
            Thread.onSpinWait();
        }
        assertThat(bench.store().rollback(branch)).isEqualTo(Finish.ALREADY);
        bench.holdsNothing();
        bench.poolIsWhole();
    }

    @Test
    void branches_of_others_are_not_ours() {
        bench.pool()
                .execute(
                        "XA START 'other','1.zzzzzz',77",
                        "INSERT INTO effects VALUES (1)",
                        "XA END 'other','1.zzzzzz',77",
                        "XA PREPARE 'other','1.zzzzzz',77",
                        "XA ROLLBACK 'other','1.zzzzzz',77");
        String gid = bench.branch().gid().toString();

        assertThat(MariaDbSql.branch(gid + "0.zzzzzz", gid.length(), "zzzzzz")).isPresent();
        assertThat(MariaDbSql.branch(gid + "0.zzzzzz", gid.length(), "aaaaaa")).isEmpty();
        assertThat(MariaDbSql.branch(gid + "x.zzzzzz", gid.length(), "zzzzzz")).isEmpty();
        assertThat(MariaDbSql.branch("short", 64, "zzzzzz")).isEmpty();
        assertThat(bench.store().inDoubt()).isEmpty();
    }

    @Test
    void a_server_that_dies_while_a_branch_is_prepared_keeps_it() throws SQLException {
        try (MariaDbServer server = MariaDbServer.local().start();
                Bench own = new Bench(Pool.impatient(server.freshDatabase(), 4), MariaDbBranches::of)) {
            BranchId branch = own.branch();
            own.prepare(branch, 1);
            server.kill9();
            assertThatThrownBy(() -> own.store().commit(branch))
                    .isInstanceOf(StoreException.class)
                    .satisfies(failure ->
                            assertThat(own.store().explain(failure).reason()).isEqualTo(Reason.UNAVAILABLE));
            server.start();

            assertThat(own.store().inDoubt()).hasSize(1);
            assertThat(own.store().commit(branch)).isEqualTo(Finish.DONE);
            assertThat(own.effects()).isEqualTo(1);
            own.holdsNothing();
        }
    }
}
