package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.DecisionLog.LocalTransaction;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class H2DecisionLogTest extends JdbcDecisionLogContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    Pool freshPool() {
        return new Pool(freshUrl(), 8);
    }

    private static String freshUrl() {
        return "jdbc:h2:mem:log" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000";
    }

    /** H2 ties an IN (...) within a CHECK to the session that made the table. */
    @Test
    void the_tables_outlive_the_connection_that_made_them() {
        JdbcDataSource unpooled = new JdbcDataSource();
        unpooled.setURL(freshUrl());
        TrothTables.of(unpooled).create();
        try (JdbcDecisionLog log = JdbcDecisionLog.on(unpooled)) {
            log.open();
            Gid gid = new Gid(
                    "blog", "k3f9q2", "01234567", log.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS), 1);

            assertThat(log.record(new CommitRecord(gid, "submit", List.of(), "")))
                    .isEqualTo(Recorded.RECORDED);
            assertThat(log.resolve(gid).outcome()).isEqualTo(Outcome.COMMITTED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TEMPORARY TABLE t (id INT)",
                "DECLARE LOCAL TEMPORARY TABLE t (id INT)",
                "ANALYZE",
                "COMMENT ON TABLE blogs IS 'x'",
                "SET CACHE_SIZE 1000",
                "EXECUTE IMMEDIATE 'COMMIT'"
            })
    void a_statement_with_which_h2_would_commit_the_local_work_is_refused(String statement) {
        pool().execute("CREATE TABLE blogs (title VARCHAR(50))");
        Gid gid = gid();
        try (LocalTransaction local = log().begin()) {
            execute(local, "INSERT INTO blogs VALUES ('x')");

            assertThatThrownBy(() -> execute(local, statement)).hasRootCauseInstanceOf(MisuseException.class);
            assertThatThrownBy(() -> local.record(commit(gid))).isInstanceOf(BranchFailedException.class);
        }
        assertThat(pool().number("SELECT COUNT(*) FROM blogs")).isZero();
    }
}
