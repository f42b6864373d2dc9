package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.BranchStore;
import dev.troth.spi.BranchStore.Begun;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.BranchStore.Prepared;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.sql.DataSource;

/** A store on a fresh database with one table {@code effects}, and what tests of its traps do with it. */
final class Bench implements AutoCloseable {
    private static final AtomicLong NUMBER = new AtomicLong();

    private final Pool pool;
    private final BranchStore store;

    Bench(String url, int size, Function<DataSource, BranchStore> stores) {
        this(new Pool(url, size), stores);
    }

    /** Closes that pool with itself. */
    Bench(Pool pool, Function<DataSource, BranchStore> stores) {
        this.pool = pool;
        TrothTables.of(pool.source()).create();
        pool.execute("CREATE TABLE effects (id INT PRIMARY KEY)");
        store = stores.apply(pool.source());
        store.open();
    }

    Pool pool() {
        return pool;
    }

    BranchStore store() {
        return store;
    }

    BranchId branch() {
        Instant deadline = Instant.ofEpochMilli(store.now().plusSeconds(300).toEpochMilli());
        return new BranchId(new Gid("blog", "logabc", "abcd1234", deadline, NUMBER.incrementAndGet()), 0);
    }

    BranchWork start(BranchId branch) {
        return ((Begun.Started) store.begin(branch)).work();
    }

    static void execute(BranchWork work, String sql) throws SQLException {
        try (Statement statement = work.connection().createStatement()) {
            statement.execute(sql);
        }
    }

    static int number(BranchWork work, String sql) throws SQLException {
        try (Statement statement = work.connection().createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    void prepare(BranchId branch, int effect) throws SQLException {
        BranchWork work = start(branch);
        execute(work, "INSERT INTO effects VALUES (" + effect + ")");
        assertThat(work.prepare()).isEqualTo(Prepared.PREPARED);
    }

    /** The branch votes no for that reason, and holds nothing afterwards. */
    void refuses(BranchWork work, Reason reason) {
        BranchFailedException refused = catchThrowableOfType(BranchFailedException.class, work::prepare);
        assertThat(refused).isNotNull();
        assertThat(refused.refusal().reason()).as(refused.refusal().message()).isEqualTo(reason);
        holdsNothing();
    }

    void holdsNothing() {
        assertThat(store.inDoubt()).isEmpty();
        assertThat(pool.lent()).isZero();
    }

    int effects() {
        return pool.number("SELECT COUNT(*) FROM effects");
    }

    /** Every connection of the pool can be borrowed and used: none that is broken is handed out. */
    void poolIsWhole() {
        int size = pool.source().getMaximumPoolSize();
        for (int i = 0; i < size; i++) {
            BranchWork work = start(branch());
            work.rollback();
        }
        assertThat(pool.lent()).isZero();
    }

    @Override
    public void close() {
        store.close();
        assertThat(pool.lent()).isZero();
        pool.close();
    }
}
