package dev.troth.bench.recovery;

import dev.troth.bench.fixture.Database;
import dev.troth.bench.fixture.Pair;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.protocol.Address;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Vote;
import dev.troth.spi.BranchStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** What an instance has left that is gone. */
final class Crashed {
    /** The instance that is gone. */
    static final String INSTANCE = "crashed0";

    private static final int AT_ONCE = 5_000;
    private static final String DECISION = """
            INSERT INTO troth_decisions
                (gid, kind, outcome, owed, traceparent, deadline, decided_at, lease_until, heuristic)
            VALUES (?, 'write', 'COMMITTED', ?, '', ?, ?, 0, FALSE)
            """;
    private static final String BRANCH = """
            INSERT INTO troth_branches (gid, branch, state, deadline, noted_at)
            VALUES (?, 0, 'COMMITTED', ?, ?)
            """;

    private final InstantSource clock = InstantSource.system();
    private final Database left;
    private final Database right;
    private final PostgresBranches branches;
    private final String log;
    private final String store;
    private final Instant deadline = clock.instant().plusSeconds(300).truncatedTo(ChronoUnit.MILLIS);

    Crashed(Database left, Database right) {
        this.left = left;
        this.right = right;
        branches = PostgresBranches.of(right.pool());
        log = JdbcDecisionLog.on(left.pool()).open();
        store = branches.open();
    }

    Gid gid(long number) {
        return new Gid(Pair.SERVICE, log, INSTANCE, deadline, number);
    }

    /** Decisions with those numbers, each owed to one branch. */
    void decide(long from, long to) throws SQLException {
        Vote.Voter voter = new Vote.Voter(new Address.Instance("bench-reviews", INSTANCE), store);
        String owed = new CommitRecord(
                        gid(from), "write", List.of(new CommitRecord.Owed(0, Pair.PARTICIPANT, voter)), "")
                .owedText();
        inBatches(left, DECISION, from, to, (insert, number) -> {
            insert.setString(1, gid(number).toString());
            insert.setString(2, owed);
            insert.setLong(3, deadline.toEpochMilli());
            insert.setLong(4, clock.millis());
        });
    }

    /** Rows of branches that have committed. */
    void committed(long from, long to) throws SQLException {
        inBatches(right, BRANCH, from, to, (insert, number) -> {
            insert.setString(1, gid(number).toString());
            insert.setLong(2, deadline.toEpochMilli());
            insert.setLong(3, clock.millis());
        });
    }

    /** Prepares a branch in truth, with a row that somebody waits for. */
    void prepare(long number) throws Exception {
        BranchStore.Begun begun = branches.begin(new BranchId(gid(number), 0));
        if (!(begun instanceof BranchStore.Begun.Started started)) {
            throw new IllegalStateException("The branch did not start: " + begun);
        }
        Database.insert(started.work().connection(), number, "prepared");
        BranchStore.Prepared unused = started.work().prepare();
    }

    @FunctionalInterface
    private interface Binding {
        void bind(PreparedStatement insert, long number) throws SQLException;
    }

    private static void inBatches(Database database, String sql, long from, long to, Binding binding)
            throws SQLException {
        try (Connection connection = database.pool().getConnection();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            connection.setAutoCommit(false);
            for (long number = from; number < to; number++) {
                binding.bind(insert, number);
                insert.addBatch();
                if ((number - from) % AT_ONCE == AT_ONCE - 1) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
            connection.commit();
        }
    }
}
