package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.BranchId;
import dev.troth.spi.BranchStore;
import dev.troth.spi.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.XADataSource;
import org.apache.derby.jdbc.EmbeddedXADataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class DerbyBranchesContractTest extends JdbcBranchStoreContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final List<XaBranches> stores = new ArrayList<>();
    private String database; // set by freshPool, which runs before the initialisers here

    @Override
    protected Features features() {
        return new Features(true, false);
    }

    @Override
    Pool freshPool() {
        database = "memory:branches" + NUMBER.incrementAndGet();
        Pool pool = Pool.derby(database, 8);
        pool.execute("CALL SYSCS_UTIL.SYSCS_SET_DATABASE_PROPERTY('derby.locks.waitTimeout', '3')");
        return pool;
    }

    /** Derby's readers wait for writers; what they would have to wait for is not applied. */
    @Override
    protected int applied(BranchId branch) {
        try {
            return super.applied(branch);
        } catch (IllegalStateException failure) {
            assertThat(failure.getCause())
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            locked -> assertThat(locked.getSQLState()).isEqualTo("40XL1"));
            return 0;
        }
    }

    private XADataSource xaSource() {
        EmbeddedXADataSource source = new EmbeddedXADataSource();
        source.setDatabaseName(database);
        return source;
    }

    @Override
    BranchStore newStore(BranchOptions options) {
        XaBranches made = XaBranches.of(xaSource(), options);
        stores.add(made);
        return made;
    }

    @Override
    @AfterEach
    protected void closeStores() {
        super.closeStores();
        assertThat(stores).allSatisfy(each -> assertThat(each.lent()).isZero());
    }

    @Test
    void h2_is_refused_with_the_reason() {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:refused");

        assertThatThrownBy(() -> XaBranches.of(h2).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("H2's XAResource")
                .hasMessageContaining("from another connection");
    }

    @Test
    void tables_are_created_through_the_xa_source_too() {
        XaBranches.createTables(xaSource());

        assertThat(XaBranches.of(xaSource()).open()).isEqualTo(store().open());
    }
}
