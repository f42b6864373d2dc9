package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.DecisionLog.LocalTransaction;
import dev.troth.spi.StoreException;
import dev.troth.testkit.servers.MariaDbServer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbDecisionLogTest extends JdbcDecisionLogContract {
    @RegisterExtension
    static final MariaDbServer SERVER = MariaDbServer.shared();

    @Override
    Pool freshPool() {
        return new Pool(SERVER.freshDatabase(), 8);
    }

    @Test
    void a_definition_that_would_commit_the_local_work_is_refused() {
        pool().execute("CREATE TABLE blogs (title VARCHAR(50))");
        Gid gid = gid();
        try (LocalTransaction local = log().begin()) {
            execute(local, "INSERT INTO blogs VALUES ('x')");

            assertThatThrownBy(() -> execute(local, "CREATE TABLE other (id INT)"))
                    .hasRootCauseInstanceOf(MisuseException.class);
            assertThatThrownBy(() -> local.record(commit(gid))).isInstanceOf(BranchFailedException.class);
        }
        assertThat(pool().number("SELECT COUNT(*) FROM blogs")).isZero();
    }

    @Test
    void a_lock_time_out_that_the_work_swallowed_decides_nothing() {
        pool().execute("CREATE TABLE blogs (id INT PRIMARY KEY)", "INSERT INTO blogs VALUES (1)");
        Gid gid = gid();
        try (LocalTransaction holder = log().begin();
                LocalTransaction local = log().begin()) {
            execute(holder, "UPDATE blogs SET id = 2 WHERE id = 1");
            execute(local, "SET innodb_lock_wait_timeout = 1");
            execute(local, "INSERT INTO blogs VALUES (7)");
            assertThatThrownBy(() -> execute(local, "UPDATE blogs SET id = 3 WHERE id = 1"))
                    .isInstanceOf(IllegalStateException.class);

            assertThatThrownBy(() -> local.record(commit(gid))).hasMessageContaining("1205");
        }
        assertThat(pool().number("SELECT COUNT(*) FROM blogs")).isEqualTo(1);
    }

    @Test
    void a_commit_whose_connection_is_killed_is_unknown_and_then_resolved() throws SQLException {
        Gid gid = gid();
        try (LocalTransaction local = log().begin()) {
            String connection = connectionId(local);
            local.record(commit(gid));
            pool().execute("KILL " + connection);

            assertThatThrownBy(local::commit).isInstanceOf(StoreException.class).hasMessageContaining("not known");
        }
        assertThat(log().resolve(gid).outcome()).isEqualTo(Outcome.ABORTED);
    }

    private static String connectionId(LocalTransaction local) throws SQLException {
        try (Statement statement = local.connection().createStatement();
                ResultSet rows = statement.executeQuery("SELECT CONNECTION_ID()")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
