package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.spi.BranchStore;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.tx.JoinedTransaction;
import dev.troth.tx.RolledBackException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // a transaction waits for its votes by itself
class PostgresJoinedTransactionTest extends JoinedTransactionContract {
    @Override
    DatabaseServer server() {
        return PostgresServer.shared();
    }

    @Override
    BranchStore branches(DataSource source) {
        return PostgresBranches.of(source);
    }

    @Override
    String killStatement(Connection connection) throws SQLException {
        return "SELECT pg_terminate_backend(" + one(connection, "SELECT pg_backend_pid()") + ", 5000)";
    }

    @Override
    int prepared(Pool pool) {
        return pool.number("SELECT COUNT(*) FROM pg_prepared_xacts WHERE database = current_database()");
    }

    @Test
    void a_failed_statement_that_the_work_swallowed_decides_nothing() throws Exception {
        JoinedTransaction joined = join();
        try (Connection connection = begin()) {
            writeBlog(connection, "neither");
            joined.enlist("review", new NewReview("neither"));
            assertThatThrownBy(() -> one(connection, "SELECT nothing")).isInstanceOf(SQLException.class);

            assertThatThrownBy(() -> joined.beforeCommit(connection)).isInstanceOf(RolledBackException.class);
            connection.rollback();
        }
        joined.rolledBackOrUnknown();
        assertThat(blogs() + decisions()).isZero();
    }

    /** Why nothing may be executed between beforeCommit and the commit. */
    @Test
    void a_commit_after_a_failed_statement_is_a_rollback_and_the_driver_tells_nobody() throws Exception {
        try (Connection connection = begin()) {
            writeBlog(connection, "neither");
            assertThatThrownBy(() -> one(connection, "SELECT nothing")).isInstanceOf(SQLException.class);

            connection.commit();
        }

        assertThat(blogs()).isZero();
    }
}
