package dev.troth.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is bound to a thread is gone from it afterwards, whatever happens, and what was there before is back. */
class BoundConnectionTest {
    private final DataSource source = new DriverManagerDataSource("jdbc:h2:mem:bound;DB_CLOSE_DELAY=-1");
    private final JdbcTemplate jdbc = new JdbcTemplate(source);
    private final TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(source));
    private final BoundConnection bound = new BoundConnection(List.of(new Workplace.OfDataSource(source)));
    private final Hooks hooks = new Hooks("test");
    private final List<String> told = new ArrayList<>();
    private Connection given;

    @BeforeEach
    void open() throws SQLException {
        given = new DriverManagerDataSource("jdbc:h2:mem:bound;DB_CLOSE_DELAY=-1").getConnection();
        given.setAutoCommit(false);
        jdbc.execute("CREATE TABLE IF NOT EXISTS notes (id INT)");
        jdbc.execute("DELETE FROM notes");
    }

    @AfterEach
    void close() throws SQLException {
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
        assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                .isFalse();
        assertThat(TransactionSynchronizationManager.getCurrentTransactionName())
                .isNull();
        given.rollback();
        given.close();
    }

    private final TransactionSynchronization tells = new TransactionSynchronization() {
        @Override
        public void suspend() {
            told.add("suspended");
        }

        @Override
        public void resume() {
            told.add("resumed");
        }

        @Override
        public void beforeCompletion() {
            told.add("before completion");
        }

        @Override
        public void afterCompletion(int status) {
            told.add("completed " + status);
        }
    };

    private int insert() {
        return jdbc.update("INSERT INTO notes VALUES (1)");
    }

    @Test
    void work_is_done_on_the_given_connection_and_not_committed() throws Exception {
        int rows = bound.run(given, "test", hooks, this::insert);

        assertThat(rows).isEqualTo(1);
        assertThat(notes(jdbc)).isZero();
        given.commit();
        assertThat(notes(jdbc)).isEqualTo(1);
    }

    @Test
    void a_transaction_inside_takes_part_in_it() throws Exception {
        boolean own = bound.run(
                given,
                "test",
                hooks,
                () -> transactions.execute(status -> {
                    insert();
                    return status.isNewTransaction();
                }));

        assertThat(own).isFalse();
        assertThat(notes(jdbc)).isZero();
    }

    @Test
    void what_was_bound_before_is_back_and_has_not_seen_the_work() throws Exception {
        transactions.setName("outer");
        transactions.executeWithoutResult(outer -> {
            TransactionSynchronizationManager.registerSynchronization(tells);
            Connection before = DataSourceUtils.getConnection(source);

            run(this::insert);

            assertThat(notes(jdbc)).isZero();
            assertThat(DataSourceUtils.getConnection(source)).isSameAs(before);
            assertThat(TransactionSynchronizationManager.getCurrentTransactionName())
                    .isEqualTo("outer");
            assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                    .isTrue();
        });

        assertThat(told).containsExactly("suspended", "resumed", "before completion", "completed 0");
    }

    @Test
    void what_was_bound_before_is_back_when_the_work_fails() {
        transactions.executeWithoutResult(outer -> {
            TransactionSynchronizationManager.registerSynchronization(tells);
            assertThatThrownBy(() -> run(() -> {
                        throw new IllegalStateException("it fails");
                    }))
                    .hasMessage("it fails");
            insert();
        });

        assertThat(notes(jdbc)).isEqualTo(1);
    }

    @Test
    void hooks_of_the_work_are_told_by_whoever_knows_how_it_ended() throws Exception {
        bound.run(given, "test", hooks, () -> {
            TransactionSynchronizationManager.registerSynchronization(tells);
            return true;
        });
        assertThat(told).containsExactly("before completion");

        hooks.ended(TransactionSynchronization.STATUS_UNKNOWN);
        assertThat(told).containsExactly("before completion", "completed 2");
    }

    @Test
    void the_last_hook_comes_after_all_others_and_still_has_the_connection() throws Exception {
        int unused = bound.run(given, "test", hooks, () -> {
            TransactionSynchronizationManager.registerSynchronization((LastHook) transaction -> told.add(
                    "last in " + transaction.isNewTransaction() + " " + DataSourceUtils.getConnection(source)));
            TransactionSynchronizationManager.registerSynchronization(tells);
            return 1;
        });

        assertThat(told).containsExactly("before completion", "last in true " + given);
    }

    @Test
    void a_transaction_inside_that_is_rolled_back_makes_it_fail() {
        assertThatThrownBy(() -> bound.run(
                        given,
                        "test",
                        hooks,
                        () -> transactions.execute(status -> {
                            status.setRollbackOnly();
                            return 1;
                        })))
                .isInstanceOf(UnexpectedRollbackException.class)
                .hasMessageContaining("The transaction of test was marked rollback-only");
    }

    @Test
    void when_one_workplace_cannot_be_opened_the_others_are_closed() {
        BoundConnection broken = new BoundConnection(List.of(new Workplace.OfDataSource(source), new Workplace() {
            @Override
            public Object key() {
                return "broken";
            }

            @Override
            public Desk on(Connection connection) {
                throw new IllegalStateException("closed today");
            }
        }));

        assertThatThrownBy(() -> broken.run(given, "test", hooks, this::insert)).hasMessage("closed today");
    }

    private void run(Callable<Integer> work) {
        try {
            Integer unused = bound.run(given, "test", hooks, work);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static int notes(JdbcTemplate jdbc) {
        Integer count = jdbc.queryForObject("SELECT COUNT(*) FROM notes", Integer.class);
        return count == null ? 0 : count;
    }
}
