package dev.troth.jdbc;

import static dev.troth.jdbc.Bench.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.BranchStore.Begun;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.BranchStore.Finish;
import dev.troth.spi.BranchStore.Seen;
import dev.troth.spi.StoreException;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What depends on how a PostgreSQL server is set up, or on its dying; each test has a server of its own. */
@Timeout(300)
class PostgresServerTrapsTest {

    @Test
    void a_server_that_cannot_prepare_is_refused_with_the_line_that_mends_it() {
        try (PostgresServer server =
                        PostgresServer.local().maxPreparedTransactions(0).start();
                Pool pool = new Pool(server.freshDatabase(), 2)) {
            TrothTables.of(pool.source()).create();

            assertThatThrownBy(() -> PostgresBranches.of(pool.source()).open())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("ALTER SYSTEM SET max_prepared_transactions = 100;")
                    .hasMessageContaining("restart");
            assertThat(pool.lent()).isZero();
        }
    }

    @Test
    void more_branches_than_slots_are_overloaded_and_hold_nothing() throws SQLException {
        try (PostgresServer server =
                        PostgresServer.local().maxPreparedTransactions(1).start();
                Bench bench = new Bench(server.freshDatabase(), 4, PostgresBranches::of)) {
            assertThat(bench.store().slots()).isEqualTo(1);
            BranchId first = bench.branch();
            bench.prepare(first, 1);
            BranchWork second = bench.start(bench.branch());
            execute(second, "INSERT INTO effects VALUES (2)");

            assertThatThrownBy(second::prepare)
                    .isInstanceOfSatisfying(
                            BranchFailedException.class,
                            refused -> assertThat(refused.refusal().reason()).isEqualTo(Reason.OVERLOADED));

            assertThat(bench.pool().lent()).isZero();
            assertThat(bench.store().commit(first)).isEqualTo(Finish.DONE);
            assertThat(bench.effects()).isEqualTo(1);
        }
    }

    @Test
    void a_server_that_dies_while_branches_are_prepared_keeps_them() throws SQLException {
        try (PostgresServer server = PostgresServer.local().start();
                Bench bench = new Bench(Pool.impatient(server.freshDatabase(), 4), PostgresBranches::of)) {
            BranchId committed = bench.branch();
            BranchId rolledBack = bench.branch();
            bench.prepare(committed, 1);
            bench.prepare(rolledBack, 2);
            BranchWork working = bench.start(bench.branch());
            execute(working, "INSERT INTO effects VALUES (3)");
            server.kill9();

            assertThatThrownBy(working::prepare).isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> bench.store().commit(committed))
                    .isInstanceOf(StoreException.class)
                    .satisfies(failure ->
                            assertThat(bench.store().explain(failure).reason()).isEqualTo(Reason.UNAVAILABLE));
            assertThat(bench.pool().lent()).isZero();
            server.start();

            assertThat(bench.store().inDoubt()).hasSize(2);
            assertThat(bench.store().commit(committed)).isEqualTo(Finish.DONE);
            assertThat(bench.store().rollback(rolledBack)).isEqualTo(Finish.DONE);
            assertThat(bench.pool().text("SELECT string_agg(id::text, ',') FROM effects"))
                    .isEqualTo("1");
            bench.holdsNothing();
        }
    }

    @Test
    void a_mark_of_a_rollback_survives_the_death_of_the_server() throws SQLException {
        try (PostgresServer server = PostgresServer.local().start()) {
            String url = server.freshDatabase();
            BranchId refused;
            try (Bench bench = new Bench(Pool.impatient(url, 4), PostgresBranches::of)) {
                refused = bench.branch();
                bench.store().rollback(refused);
                server.kill9();
            }
            server.start();
            try (Pool next = Pool.impatient(url, 2)) { // the other's connections are broken
                PostgresBranches store = PostgresBranches.of(next.source());
                store.open();

                assertThat(store.begin(refused)).isEqualTo(new Begun.NotStarted(Seen.ROLLED_BACK));
            }
        }
    }
}
