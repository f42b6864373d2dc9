package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.protocol.BranchId;
import dev.troth.spi.BranchStore;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.testkit.BranchStoreContract;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract on a real database: every effect is a row, and every connection must come back. */
abstract class JdbcBranchStoreContract extends BranchStoreContract {
    private final Pool pool = freshPool();

    abstract Pool freshPool();

    abstract BranchStore newStore(BranchOptions options);

    Pool pool() {
        return pool;
    }

    @Override
    @BeforeEach
    protected void openStore() {
        TrothTables.of(pool.source()).create();
        pool.execute("CREATE TABLE effects (branch VARCHAR(80) NOT NULL)");
        super.openStore();
    }

    @Override
    protected BranchStore store(Duration retention) {
        return newStore(BranchOptions.defaults().withRetention(retention));
    }

    @Override
    protected void write(BranchWork work, BranchId branch) throws SQLException {
        try (PreparedStatement insert = work.connection().prepareStatement("INSERT INTO effects VALUES (?)")) {
            insert.setString(1, branch.toString());
            insert.executeUpdate();
        }
    }

    @Override
    protected void read(BranchWork work) throws SQLException {
        try (Statement statement = work.connection().createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM troth_identity")) {
            assertThat(rows.next()).isTrue();
        }
    }

    @Override
    protected int applied(BranchId branch) {
        return pool.number("SELECT COUNT(*) FROM effects WHERE branch = '" + branch + "'");
    }

    /** Every connection must be back. */
    @Override
    @AfterEach
    protected void closeStores() {
        super.closeStores();
        assertThat(pool.lent()).isZero();
        pool.close();
    }
}
