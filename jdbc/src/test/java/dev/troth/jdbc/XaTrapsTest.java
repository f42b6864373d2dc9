package dev.troth.jdbc;

import static dev.troth.jdbc.Bench.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.BranchStore.Begun;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.XAConnection;
import javax.sql.XADataSource;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.apache.derby.jdbc.EmbeddedXADataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers of an XA driver that could be taken for another outcome than the one in the database. */
@Timeout(300)
class XaTrapsTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String database = "memory:xatraps" + NUMBER.incrementAndGet();
    private final Pool pool = Pool.derby(database, 2);
    private final XaBranches store = XaBranches.of(wrapped(XADataSource.class, source()));

    /** The call that fails after it was done, and how. */
    private volatile String failing = "";

    private volatile @Nullable Exception failure;

    XaTrapsTest() {
        TrothTables.of(pool.source()).create();
        pool.execute("CREATE TABLE effects (id INT PRIMARY KEY)");
        store.open();
    }

    @AfterEach
    void every_connection_is_back() {
        failing = "";
        assertThat(store.lent()).isZero();
        store.close();
        pool.close();
    }

    private XADataSource source() {
        EmbeddedXADataSource source = new EmbeddedXADataSource();
        source.setDatabaseName(database);
        return source;
    }

    private <T> T wrapped(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                XaTrapsTest.class.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
                    Object result;
                    try {
                        result = method.invoke(target, args);
                    } catch (InvocationTargetException wrapper) {
                        throw wrapper.getCause() == null ? wrapper : wrapper.getCause();
                    }
                    Exception thrown = failure;
                    if (thrown != null && failing.equals(type.getSimpleName() + "." + method.getName())) {
                        throw thrown;
                    }
                    return switch (method.getName()) {
                        case "getXAConnection" -> wrapped(XAConnection.class, result);
                        case "getXAResource" -> wrapped(XAResource.class, result);
                        case "getConnection" -> wrapped(Connection.class, result);
                        default -> result;
                    };
                }));
    }

    private BranchWork written() throws SQLException {
        Instant deadline = Instant.ofEpochMilli(store.now().plusSeconds(300).toEpochMilli());
        BranchId branch = new BranchId(new Gid("blog", "logabc", "abcd1234", deadline, NUMBER.incrementAndGet()), 0);
        BranchWork work = ((Begun.Started) store.begin(branch)).work();
        execute(work, "INSERT INTO effects VALUES (1)");
        return work;
    }

    private void fail(String call, Exception how) {
        failure = how;
        failing = call;
    }

    @Test
    void a_one_phase_commit_whose_branch_is_not_found_afterwards_is_unknown() throws SQLException {
        BranchWork work = written();
        fail("XAResource.commit", new XAException(XAException.XAER_NOTA));

        assertThatThrownBy(work::commitOnePhase)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not known");

        assertThat(pool.number("SELECT COUNT(*) FROM effects")).isEqualTo(1);
    }

    @Test
    void a_one_phase_commit_in_which_the_driver_breaks_is_unknown() throws SQLException {
        BranchWork work = written();
        fail("XAResource.commit", new IllegalStateException("broken"));

        assertThatThrownBy(work::commitOnePhase).isInstanceOf(StoreException.class);
    }

    @Test
    void a_one_phase_commit_that_was_rolled_back_instead_is_a_no() throws SQLException {
        BranchWork work = written();
        fail("XAResource.commit", new XAException(XAException.XA_RBINTEGRITY));

        assertThatThrownBy(work::commitOnePhase).isInstanceOf(BranchFailedException.class);
    }

    @Test
    void a_connection_that_cannot_be_closed_makes_no_failure_of_a_commit() throws SQLException {
        BranchWork work = written();
        fail("Connection.close", new SQLException("broken"));

        assertThatCode(work::commitOnePhase).doesNotThrowAnyException();

        assertThat(pool.number("SELECT COUNT(*) FROM effects")).isEqualTo(1);
    }
}
