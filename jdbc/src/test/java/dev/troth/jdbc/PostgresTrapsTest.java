package dev.troth.jdbc;

import static dev.troth.jdbc.Bench.execute;
import static dev.troth.jdbc.Bench.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchStore.Begun;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.BranchStore.Finish;
import dev.troth.spi.BranchStore.Prepared;
import dev.troth.spi.StoreException;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PgConnection;

/** Every way in which PostgreSQL, its driver or a handler could turn a yes into a lie (rules 6 to 12). */
@Timeout(300)
class PostgresTrapsTest {
    @RegisterExtension
    static final PostgresServer SERVER = PostgresServer.shared();

    private final Bench bench = new Bench(SERVER.freshDatabase(), 4, PostgresBranches::of);

    @AfterEach
    void every_connection_is_back() {
        bench.store().inDoubt().forEach(left -> bench.store().rollback(left.branch()));
        bench.close();
    }

    private static int backend(BranchWork work) throws SQLException {
        return number(work, "SELECT pg_backend_pid()");
    }

    private void kill(int backend) {
        bench.pool().execute("SELECT pg_terminate_backend(" + backend + ", 60000)");
    }

    @Test
    void a_failed_statement_that_the_handler_swallowed_is_a_no() throws SQLException {
        BranchWork work = bench.start(bench.branch());
        execute(work, "INSERT INTO effects VALUES (1)");
        assertThatThrownBy(() -> execute(work, "SELECT 1 / 0")).isInstanceOf(SQLException.class);

        bench.refuses(work, Reason.MISUSE);

        assertThat(bench.effects()).isZero();
    }

    @Test
    void a_failed_transaction_is_a_no_even_when_nobody_here_saw_it_fail() throws SQLException {
        BranchWork work = bench.start(bench.branch());
        execute(work, "INSERT INTO effects VALUES (1)");
        Connection own = (Connection) work.connection().unwrap(PGConnection.class);
        try (Statement statement = own.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT 1 / 0")).isInstanceOf(SQLException.class);
        }

        bench.refuses(work, Reason.MISUSE);

        assertThat(bench.effects()).isZero();
    }

    @Test
    void a_commit_as_a_statement_is_a_no_and_is_refused_at_once_where_it_can_be_seen() throws SQLException {
        BranchWork first = bench.start(bench.branch());
        assertThatThrownBy(() -> execute(first, "-- done\nCOMMIT")).hasMessageContaining("COMMIT would end");
        bench.refuses(first, Reason.MISUSE);

        BranchWork last = bench.start(bench.branch());
        assertThatThrownBy(() -> execute(last, "INSERT INTO effects VALUES (2); COMMIT"))
                .hasMessageContaining("COMMIT would end");
        bench.refuses(last, Reason.MISUSE);

        BranchWork hidden = bench.start(bench.branch());
        try (Statement statement =
                hidden.connection().unwrap(PgConnection.class).createStatement()) {
            statement.execute("COMMIT");
        }
        execute(hidden, "INSERT INTO effects VALUES (1)");
        bench.refuses(hidden, Reason.MISUSE);
        assertThat(bench.pool().number("SELECT COUNT(*) FROM troth_branches")).isZero();
    }

    @Test
    void ending_the_connection_is_an_error_and_a_no() throws SQLException {
        BranchWork work = bench.start(bench.branch());
        Connection connection = work.connection();
        execute(work, "INSERT INTO effects VALUES (1)");

        assertThatThrownBy(connection::commit)
                .hasMessageContaining("commit() is not allowed on the connection of branch");
        assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
        assertThatThrownBy(connection::close).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connection.abort(Runnable::run)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connection.setAutoCommit(true)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connection.getMetaData().getConnection().commit())
                .isInstanceOf(SQLException.class);

        bench.refuses(work, Reason.MISUSE);
        assertThatThrownBy(connection::createStatement).hasMessageContaining("after its work had ended");
    }

    @Test
    void savepoints_and_definitions_are_allowed() throws SQLException {
        BranchId branch = bench.branch();
        BranchWork work = bench.start(branch);
        execute(work, "CREATE TABLE made (id INT)");
        var savepoint = work.connection().setSavepoint();
        execute(work, "INSERT INTO effects VALUES (1)");
        work.connection().rollback(savepoint);
        execute(work, "INSERT INTO effects VALUES (2)");

        assertThat(work.prepare()).isEqualTo(Prepared.PREPARED);
        assertThat(bench.store().commit(branch)).isEqualTo(Finish.DONE);

        assertThat(bench.pool().number("SELECT id FROM effects")).isEqualTo(2);
    }

    @Test
    void temporary_tables_and_notify_are_a_no_that_says_so() throws SQLException {
        BranchWork temporary = bench.start(bench.branch());
        execute(temporary, "CREATE TEMPORARY TABLE t (id INT)");
        bench.refuses(temporary, Reason.MISUSE);

        BranchWork notify = bench.start(bench.branch());
        execute(notify, "INSERT INTO effects VALUES (1)");
        execute(notify, "NOTIFY listeners");
        bench.refuses(notify, Reason.MISUSE);
    }

    @Test
    void a_deferred_constraint_surfaces_at_prepare() throws SQLException {
        bench.pool().execute("CREATE TABLE child (parent INT REFERENCES effects (id) DEFERRABLE INITIALLY DEFERRED)");
        BranchWork work = bench.start(bench.branch());
        execute(work, "INSERT INTO child VALUES (99)");

        bench.refuses(work, Reason.CONSTRAINT);
    }

    @Test
    void a_trigger_that_divides_by_zero_is_not_taken_for_a_passed_deadline() throws SQLException {
        bench.pool()
                .execute(
                        "CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN 1 / 0; END'",
                        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON effects DEFERRABLE INITIALLY DEFERRED"
                                + " FOR EACH ROW EXECUTE FUNCTION crash()");
        BranchWork work = bench.start(bench.branch());
        execute(work, "INSERT INTO effects VALUES (1)");

        bench.refuses(work, Reason.ERROR);
    }

    @Test
    void what_a_handler_threw_is_told_apart() throws SQLException {
        bench.pool().execute("INSERT INTO effects VALUES (1)");
        BranchWork work = bench.start(bench.branch());
        Throwable duplicate = catchThrowable(() -> execute(work, "INSERT INTO effects VALUES (1)"));
        work.rollback();

        assertThat(bench.store().explain(duplicate).reason()).isEqualTo(Reason.CONSTRAINT);
        assertThat(bench.store()
                        .explain(new IllegalStateException("wrapped", duplicate))
                        .reason())
                .isEqualTo(Reason.CONSTRAINT);
        bench.holdsNothing();
    }

    @Test
    void a_connection_killed_during_the_work_is_unavailable_and_never_handed_out_again() throws SQLException {
        BranchWork work = bench.start(bench.branch());
        kill(backend(work));

        Throwable failure = catchThrowable(() -> execute(work, "INSERT INTO effects VALUES (1)"));
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
        bench.pool()
                .execute(
                        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                                + " AND datname = current_database()");

        StoreException unknown = catchThrowableOfType(StoreException.class, work::prepare);

        assertThat(unknown).hasMessageContaining("not known").hasMessageContaining("57P01");
        assertThat(bench.store().explain(unknown).reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(bench.store().rollback(branch)).isEqualTo(Finish.ALREADY);
        bench.holdsNothing();
        bench.poolIsWhole();
    }

    @Test
    void a_connection_killed_before_a_one_phase_commit_is_unknown() throws SQLException {
        BranchWork work = bench.start(bench.branch());
        execute(work, "INSERT INTO effects VALUES (1)");
        bench.pool()
                .execute(
                        "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                                + " AND datname = current_database()");

        assertThatThrownBy(work::commitOnePhase).isInstanceOf(StoreException.class);

        assertThat(bench.effects()).isZero();
        bench.holdsNothing();
    }

    @Test
    void a_branch_finished_by_hand_is_missing_and_its_heuristic_outcome_stays() throws SQLException {
        BranchId rolledBack = bench.branch();
        BranchId committed = bench.branch();
        bench.prepare(rolledBack, 1);
        bench.prepare(committed, 2);
        for (BranchId each : new BranchId[] {rolledBack, committed}) {
            String name = bench.pool().text("SELECT gid FROM pg_prepared_xacts WHERE gid LIKE 'troth/" + each + "/%'");
            bench.pool().execute((each.equals(committed) ? "COMMIT" : "ROLLBACK") + " PREPARED '" + name + "'");
        }

        assertThat(bench.store().commit(rolledBack)).isEqualTo(Finish.MISSING);
        assertThat(bench.store().commit(committed)).isEqualTo(Finish.ALREADY);
        bench.store().heuristic(rolledBack, Outcome.COMMITTED, "by hand");
        bench.store().heuristic(rolledBack, Outcome.COMMITTED, "told again");

        assertThat(bench.store().purge(100)).isZero();
        assertThat(bench.pool().text("SELECT decided || ' ' || note FROM troth_heuristics"))
                .isEqualTo("COMMITTED by hand");
    }

    @Test
    void a_handler_that_does_not_return_is_torn_down_with_its_statement() throws Exception {
        BranchId branch = bench.branch();
        BranchWork work = bench.start(branch);
        execute(work, "INSERT INTO effects VALUES (1)");
        int backend = backend(work);
        CompletableFuture<Void> handler = CompletableFuture.runAsync(() -> {
            try {
                execute(work, "SELECT pg_sleep(600)");
            } catch (SQLException expected) {
                throw new CompletionException(expected);
            }
        });
        while (bench.pool().number("SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'") == 0) {
            Thread.onSpinWait();
        }

        work.abandon();

        assertThatThrownBy(() -> handler.get(60, TimeUnit.SECONDS)).hasRootCauseInstanceOf(Exception.class);
        while (bench.pool().number("SELECT COUNT(*) FROM pg_stat_activity WHERE pid = " + backend) > 0) {
            Thread.onSpinWait();
        }
        assertThat(bench.store().rollback(branch)).isEqualTo(Finish.ALREADY);
        bench.holdsNothing();
        bench.poolIsWhole();
    }

    @Test
    void abandoning_a_branch_that_has_ended_leaves_the_next_user_of_its_connection_alone() throws SQLException {
        BranchWork ended = bench.start(bench.branch());
        int backend = backend(ended);
        ended.rollback();
        BranchWork next = bench.start(bench.branch());
        assertThat(backend(next)).isEqualTo(backend);

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
            PostgresBranches store = PostgresBranches.of(small.source());
            store.open();
            BranchWork only = ((Begun.Started) store.begin(bench.branch())).work();

            Throwable failure = catchThrowable(() -> store.begin(oneMore));

            assertThat(failure).isInstanceOf(StoreException.class).hasMessageContaining("size of the connection pool");
            assertThat(store.explain(failure).reason()).isEqualTo(Reason.UNAVAILABLE);
            only.rollback();
            assertThat(small.lent()).isZero();
            store.close();
        }
    }

    @Test
    void prepared_transactions_of_others_are_not_ours() {
        bench.pool().execute("BEGIN; INSERT INTO effects VALUES (1); PREPARE TRANSACTION 'troth/somebody else'");
        bench.pool()
                .execute("BEGIN; INSERT INTO effects VALUES (2); PREPARE TRANSACTION 'troth/" + bench.branch()
                        + "/zzzzzz'");

        assertThat(bench.store().inDoubt()).isEmpty();

        bench.pool().execute("ROLLBACK PREPARED 'troth/somebody else'");
        bench.pool()
                .execute("ROLLBACK PREPARED '"
                        + bench.pool()
                                .text("SELECT gid FROM pg_prepared_xacts WHERE database =" + " current_database()")
                        + "'");
    }

    @Test
    void a_user_without_rights_is_told_the_grant() {
        bench.pool()
                .execute(
                        "CREATE ROLE reader LOGIN PASSWORD 'reader'",
                        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        String url = bench.pool().source().getJdbcUrl().replaceAll("user=.*", "user=reader&password=reader");
        try (Pool reader = new Pool(url, 1)) {
            assertThatThrownBy(() -> PostgresBranches.of(reader.source()).open())
                    .hasMessageContaining("GRANT SELECT, INSERT, UPDATE, DELETE ON");
        }
        bench.pool().execute("DROP OWNED BY reader", "DROP ROLE reader");
    }
}
