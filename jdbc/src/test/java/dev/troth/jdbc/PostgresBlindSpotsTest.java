package dev.troth.jdbc;

import static dev.troth.jdbc.Bench.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchStore.Begun;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.BranchStore.Finish;
import dev.troth.spi.BranchStore.Prepared;
import dev.troth.testkit.servers.PostgresServer;
import java.io.StringReader;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/** What a handler can do where the guard of its connection does not see it: the server is asked, and nothing is guessed. */
@Timeout(300)
class PostgresBlindSpotsTest {
    @RegisterExtension
    static final PostgresServer SERVER = PostgresServer.shared();

    private final Bench bench = new Bench(SERVER.freshDatabase(), 4, PostgresBranches::of);

    @AfterEach
    void every_connection_is_back() {
        bench.store().inDoubt().forEach(left -> bench.store().rollback(left.branch()));
        bench.close();
    }

    /** Ways to a statement that is not guarded. */
    enum Way {
        UNWRAPPED_CONNECTION {
            @Override
            Statement statement(Connection connection) throws SQLException {
                return ((Connection) connection.unwrap(PGConnection.class)).createStatement();
            }
        },
        ROWS_OF_METADATA {
            @Override
            Statement statement(Connection connection) throws SQLException {
                return connection.getMetaData().getSchemas().getStatement();
            }
        },
        ROWS_OF_AN_ARRAY {
            @Override
            Statement statement(Connection connection) throws SQLException {
                try (Statement select = connection.createStatement();
                        ResultSet rows = select.executeQuery("SELECT ARRAY[1, 2]")) {
                    rows.next();
                    Array array = rows.getArray(1);
                    return array.getResultSet().getStatement();
                }
            }
        },
        ROWS_OF_A_CURSOR_IN_A_COLUMN {
            @Override
            Statement statement(Connection connection) throws SQLException {
                try (Statement select = connection.createStatement();
                        ResultSet rows = select.executeQuery("SELECT opened()")) {
                    rows.next();
                    return ((ResultSet) rows.getObject(1)).getStatement();
                }
            }
        },
        UNWRAPPED_ROWS {
            @Override
            Statement statement(Connection connection) throws SQLException {
                Statement select = connection.createStatement();
                return select.executeQuery("SELECT 1").unwrap(ResultSet.class).getStatement();
            }
        };

        abstract Statement statement(Connection connection) throws SQLException;
    }

    private Statement hidden(BranchWork work, Way way) throws SQLException {
        return way.statement(work.connection()).getConnection().createStatement();
    }

    private void openedIsThere() {
        bench.pool()
                .execute("CREATE FUNCTION opened() RETURNS refcursor LANGUAGE plpgsql AS"
                        + " 'DECLARE c refcursor; BEGIN OPEN c FOR SELECT 1; RETURN c; END'");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_transaction_that_failed_unseen_is_a_no(Way way) throws SQLException {
        openedIsThere();
        BranchWork work = bench.start(bench.branch());
        execute(work, "INSERT INTO effects VALUES (1)");
        try (Statement statement = hidden(work, way)) {
            assertThatThrownBy(() -> statement.execute("SELECT 1 / 0")).isInstanceOf(SQLException.class);
        }

        bench.refuses(work, Reason.MISUSE);

        assertThat(bench.effects()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_transaction_that_was_committed_unseen_is_a_no_and_leaves_no_row_that_says_otherwise(Way way)
            throws SQLException {
        openedIsThere();
        BranchWork reading = committedUnseen(way);
        execute(reading, "SELECT 1");
        bench.refuses(reading, Reason.MISUSE);

        BranchWork writing = committedUnseen(way);
        try (Statement insert = writing.connection().createStatement()) {
            assertThat(insert.executeUpdate("INSERT INTO effects VALUES (2)"))
                    .isEqualTo(1); // so nobody asks what was written
        }
        bench.refuses(writing, Reason.MISUSE);

        assertThat(bench.effects()).isZero();
        assertThat(bench.pool().number("SELECT COUNT(*) FROM troth_branches")).isZero();
    }

    private BranchWork committedUnseen(Way way) throws SQLException {
        BranchWork work = bench.start(bench.branch());
        try (Statement statement = hidden(work, way)) {
            statement.execute("COMMIT");
        }
        return work;
    }

    @Test
    void a_one_phase_commit_of_a_transaction_that_was_ended_unseen_is_refused() throws SQLException {
        BranchWork work = bench.start(bench.branch());
        try (Statement statement = hidden(work, Way.UNWRAPPED_CONNECTION)) {
            statement.execute("ROLLBACK");
        }
        execute(work, "INSERT INTO effects VALUES (1)");

        assertThatThrownBy(work::commitOnePhase).hasMessageContaining("ended the branch's transaction");

        assertThat(bench.effects()).isZero();
        bench.holdsNothing();
    }

    @Test
    void an_attempt_that_was_rolled_back_unseen_does_not_touch_the_row_of_the_next_one() throws SQLException {
        BranchId branch = bench.branch();
        BranchWork first = bench.start(branch);
        try (Statement statement = hidden(first, Way.UNWRAPPED_CONNECTION)) {
            statement.execute("ROLLBACK");
        }
        bench.prepare(branch, 1);
        assertThat(bench.store().commit(branch)).isEqualTo(Finish.DONE);
        execute(first, "INSERT INTO effects VALUES (2)");

        bench.refuses(first, Reason.MISUSE);

        assertThat(bench.store().commit(branch)).isEqualTo(Finish.ALREADY);
        assertThat(bench.effects()).isEqualTo(1);
    }

    @Test
    void what_a_function_writes_is_seen() throws SQLException {
        bench.pool()
                .execute("CREATE FUNCTION written() RETURNS int LANGUAGE sql AS"
                        + " 'INSERT INTO effects VALUES (1) RETURNING id'");
        BranchId branch = bench.branch();
        BranchWork work = bench.start(branch);
        execute(work, "SELECT written()");

        assertThat(work.prepare()).isEqualTo(Prepared.PREPARED);

        assertThat(bench.store().commit(branch)).isEqualTo(Finish.DONE);
        assertThat(bench.effects()).isEqualTo(1);
    }

    @Test
    void what_is_copied_and_written_to_large_objects_is_seen() throws Exception {
        BranchId copied = bench.branch();
        BranchWork copy = bench.start(copied);
        copy.connection()
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY effects FROM STDIN", new StringReader("7\n"));
        assertThat(copy.prepare()).isEqualTo(Prepared.PREPARED);
        assertThat(bench.store().commit(copied)).isEqualTo(Finish.DONE);

        BranchId stored = bench.branch();
        BranchWork store = bench.start(stored);
        long object = store.connection()
                .unwrap(PGConnection.class)
                .getLargeObjectAPI()
                .createLO();
        assertThat(store.prepare()).isEqualTo(Prepared.PREPARED);
        assertThat(bench.store().commit(stored)).isEqualTo(Finish.DONE);

        assertThat(bench.effects()).isEqualTo(1);
        assertThat(bench.pool().number("SELECT COUNT(*) FROM pg_largeobject_metadata WHERE oid = " + object))
                .isEqualTo(1);
    }

    @Test
    void rows_that_are_changed_through_a_result_are_seen() throws SQLException {
        BranchId branch = bench.branch();
        BranchWork work = bench.start(branch);
        try (Statement statement = work.connection()
                        .createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
                ResultSet rows = statement.executeQuery("SELECT id FROM effects")) {
            rows.moveToInsertRow();
            rows.updateInt(1, 5);
            rows.insertRow();
        }

        assertThat(work.prepare()).isEqualTo(Prepared.PREPARED);

        assertThat(bench.store().commit(branch)).isEqualTo(Finish.DONE);
        assertThat(bench.effects()).isEqualTo(1);
    }

    @Test
    void rows_that_are_locked_are_held_until_the_decision() throws SQLException {
        bench.pool().execute("INSERT INTO effects VALUES (1)");
        BranchWork work = bench.start(bench.branch());
        execute(work, "SELECT id FROM effects FOR UPDATE");

        assertThat(work.prepare()).isEqualTo(Prepared.PREPARED);
    }

    @Test
    void several_statements_in_one_text_are_prepared_together() throws SQLException {
        BranchId branch = bench.branch();
        BranchWork work = bench.start(branch);
        execute(work, "SAVEPOINT here; INSERT INTO effects VALUES (1); RELEASE here");

        assertThat(work.prepare()).isEqualTo(Prepared.PREPARED);

        assertThat(bench.store().commit(branch)).isEqualTo(Finish.DONE);
        assertThat(bench.effects()).isEqualTo(1);
    }

    @Test
    void a_branch_that_only_reads_leaves_no_row_and_forces_nothing_to_disk() throws SQLException {
        try (Pool one = new Pool(bench.pool().source().getJdbcUrl(), 1)) {
            PostgresBranches store = PostgresBranches.of(one.source());
            store.open();
            int before = PostgresDecisionLogTest.forcedWrites(one);

            BranchWork untouched = started(store);
            assertThat(untouched.prepare()).isEqualTo(Prepared.READ_ONLY);
            BranchWork reading = started(store);
            execute(reading, "SELECT COUNT(*) FROM effects");
            execute(reading, "SAVEPOINT here");
            assertThat(reading.prepare()).isEqualTo(Prepared.READ_ONLY);

            assertThat(PostgresDecisionLogTest.forcedWrites(one)).isEqualTo(before);
            assertThat(one.number("SELECT COUNT(*) FROM troth_branches")).isZero();
            assertThat(one.text("SHOW synchronous_commit")).isEqualTo("on");
        }
    }

    @Test
    void a_one_phase_commit_is_forced_to_disk_even_where_commits_are_asynchronous_by_default() throws SQLException {
        try (Pool careless = new Pool(bench.pool().source().getJdbcUrl() + "&options=-c%20synchronous_commit=off", 1)) {
            PostgresBranches store = PostgresBranches.of(careless.source());
            store.open();
            int before = PostgresDecisionLogTest.forcedWrites(careless);

            BranchWork work = started(store);
            execute(work, "INSERT INTO effects VALUES (1)");
            work.commitOnePhase();

            assertThat(PostgresDecisionLogTest.forcedWrites(careless)).isEqualTo(before + 1);
            assertThat(careless.text("SHOW synchronous_commit")).isEqualTo("off");
        }
    }

    private BranchWork started(PostgresBranches store) {
        return ((Begun.Started) store.begin(bench.branch())).work();
    }
}
