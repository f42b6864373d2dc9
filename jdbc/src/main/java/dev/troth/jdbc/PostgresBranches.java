package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.BranchId;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import dev.troth.spi.BranchStore;
import dev.troth.spi.UnfitStoreException;
import dev.troth.spi.UnfitStoreException.Lack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Branches in PostgreSQL, with {@code PREPARE TRANSACTION} over plain JDBC and any connection pool. Any connection may finish
 * a prepared branch, so nothing is held between the vote and the decision but the branch itself.
 *
 * <p>A branch costs two exchanges with the server beside the handler's own (begin with the branch row; prepare), a third where no
 * statement has reported changed rows, and one for the decision. The server needs {@code max_prepared_transactions} above zero.
 * A handler may not use temporary tables, LISTEN or NOTIFY: PostgreSQL cannot prepare those.
 */
public final class PostgresBranches implements BranchStore {
    private final DataSource source;
    private final BranchOptions options;
    private volatile @Nullable Opened opened;

    private PostgresBranches(DataSource source, BranchOptions options) {
        this.source = source;
        this.options = options;
    }

    /** Branches in that database, with {@link BranchOptions#defaults()}. */
    public static PostgresBranches of(DataSource source) {
        return of(source, BranchOptions.defaults());
    }

    /** Branches in that database. */
    public static PostgresBranches of(DataSource source, BranchOptions options) {
        return new PostgresBranches(source, options);
    }

    @Override
    public String open() {
        Database database = Database.connect(source);
        if (!database.dialect().isPostgres()) {
            throw new UnfitStoreException(
                    Lack.ABILITY,
                    database.label() + " is not PostgreSQL.",
                    "Use MariaDbBranches for MariaDB and MySQL, XaBranches for Derby; H2 cannot hold branches.");
        }
        String store = new Schema(database).check();
        Durability.check(database);
        int slots = PostgresCheck.slots(database);
        opened = new Opened(database, new BranchRows(database, options.retention()), store, slots);
        return store;
    }

    @Override
    public int slots() {
        int available = opened().slots;
        return Math.min(available, options.maxInFlight().orElse(available));
    }

    @Override
    public Begun begin(BranchId branch) {
        Opened open = opened();
        Task task = BranchRows.beginning(branch);
        try {
            Session session = Session.transaction(source);
            try {
                return begin(open, session, branch);
            } catch (SQLException | RuntimeException | Error failure) {
                session.spoil();
                session.close();
                throw failure;
            }
        } catch (SQLException failure) {
            throw open.database.failure(task, failure);
        }
    }

    private static Begun begin(Opened open, Session session, BranchId branch) throws SQLException {
        String name = BranchKey.preparedName(branch, open.store);
        long key = BranchKey.number(branch);
        long before = System.nanoTime();
        Optional<PostgresWork.Mark> mark = mark(session.connection(), branch, key, before);
        if (mark.isPresent()) {
            return new Begun.Started(new PostgresWork(open.database, session, branch, name, mark.get()));
        }
        Seen seen = seen(session.connection(), branch, key, name);
        session.close();
        return new Begun.NotStarted(seen);
    }

    private static Optional<PostgresWork.Mark> mark(Connection connection, BranchId branch, long key, long before)
            throws SQLException {
        long deadline = branch.gid().deadline().toEpochMilli();
        try (PreparedStatement begin = connection.prepareStatement(PostgresSql.BEGIN)) {
            begin.setString(1, branch.gid().toString());
            begin.setInt(2, branch.number());
            begin.setLong(3, deadline);
            begin.setLong(4, key);
            begin.setLong(5, deadline);
            try (ResultSet rows = begin.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                long end = before + TimeUnit.MILLISECONDS.toNanos(deadline - rows.getLong(2) - 1);
                return Optional.of(
                        new PostgresWork.Mark(rows.getInt(1), end, Long.parseLong(rows.getString(3)), rows.getLong(4)));
            }
        }
    }

    /** Why the branch did not begin. What nobody holds and nothing speaks against was held a moment ago. */
    private static Seen seen(Connection connection, BranchId branch, long key, String name) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement(PostgresSql.WHY_NOT)) {
            ask.setLong(1, key);
            ask.setLong(2, branch.gid().deadline().toEpochMilli());
            ask.setString(3, branch.gid().toString());
            ask.setInt(4, branch.number());
            ask.setString(5, name);
            try (ResultSet rows = ask.executeQuery()) {
                rows.next();
                boolean locked = rows.getBoolean(1);
                boolean inTime = rows.getBoolean(2);
                String state = rows.getString(3);
                if (state != null) {
                    return state.equals(BranchTable.COMMITTED) ? Seen.COMMITTED : Seen.ROLLED_BACK;
                }
                if (rows.getBoolean(4)) {
                    return Seen.PREPARED;
                }
                return locked && !inTime ? Seen.EXPIRED : Seen.BUSY;
            }
        }
    }

    @Override
    public Finish commit(BranchId branch) {
        Opened open = opened();
        Task task = BranchRows.committing(branch);
        return open.database.each(task, connection -> {
            Finish finish = finish(connection, PostgresSql.commit(BranchKey.preparedName(branch, open.store)));
            if (finish != Finish.MISSING) {
                return finish;
            }
            String state = open.rows.table().state(connection, branch);
            return state.equals(BranchTable.COMMITTED) ? Finish.ALREADY : Finish.MISSING;
        });
    }

    @Override
    public Finish rollback(BranchId branch) {
        Opened open = opened();
        Task task = BranchRows.rollingBack(branch);
        return open.database.each(task, connection -> {
            Finish finish = finish(connection, PostgresSql.rollback(BranchKey.preparedName(branch, open.store)));
            return finish == Finish.MISSING ? tombstone(connection, open.rows.table(), branch) : finish;
        });
    }

    /** Executes COMMIT PREPARED or ROLLBACK PREPARED; the codes tell what became of it. */
    private static Finish finish(Connection connection, String statement) throws SQLException {
        try (Statement finish = connection.createStatement()) {
            finish.execute(statement);
            return Finish.DONE;
        } catch (SQLException failure) {
            return switch (ErrorTable.state(failure)) {
                case PostgresErrors.UNDEFINED_OBJECT -> Finish.MISSING;
                case PostgresErrors.BUSY -> Finish.HELD;
                default -> throw failure;
            };
        }
    }

    private static Finish tombstone(Connection connection, BranchTable table, BranchId branch) throws SQLException {
        long deadline = branch.gid().deadline().toEpochMilli();
        try (PreparedStatement mark = connection.prepareStatement(PostgresSql.TOMBSTONE)) {
            mark.setLong(1, BranchKey.number(branch));
            mark.setString(2, branch.gid().toString());
            mark.setInt(3, branch.number());
            mark.setLong(4, deadline);
            mark.setLong(5, deadline);
            mark.setString(6, branch.gid().toString());
            mark.setInt(7, branch.number());
            try (ResultSet rows = mark.executeQuery()) {
                rows.next();
                if (!rows.getBoolean(1)) {
                    return Finish.HELD;
                }
                if (BranchTable.COMMITTED.equals(rows.getString(3))) {
                    return Finish.MISSING;
                }
            }
        }
        // The statement may have begun before a commit in one phase, and had the lock after it: another one sees that.
        return table.state(connection, branch).equals(BranchTable.COMMITTED) ? Finish.MISSING : Finish.ALREADY;
    }

    @Override
    public List<InDoubt> inDoubt() {
        Opened open = opened();
        Task task = BranchRows.listing();
        return open.database.each(task, connection -> {
            List<InDoubt> found = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(PostgresSql.IN_DOUBT)) {
                while (rows.next()) {
                    Duration age = Duration.ofMillis(Math.max(0, rows.getLong(2)));
                    BranchKey.ofPreparedName(rows.getString(1), open.store)
                            .ifPresent(branch -> found.add(new InDoubt(branch, age)));
                }
            }
            return found;
        });
    }

    @Override
    public void heuristic(BranchId branch, Outcome decided, String note) {
        opened().rows.heuristic(branch, decided, note);
    }

    @Override
    public Refusal explain(Throwable failure) {
        return Failures.explain(failure, PostgresErrors.TABLE);
    }

    @Override
    public int purge(int limit) {
        return opened().rows.purge(limit);
    }

    @Override
    public Instant now() {
        return opened().rows.now();
    }

    /** Does nothing: the store holds no connection, and the data source belongs to whoever made it. */
    @Override
    public void close() {}

    private Opened opened() {
        Opened open = opened;
        if (open == null) {
            throw BranchRows.notOpen();
        }
        return open;
    }

    private record Opened(Database database, BranchRows rows, String store, int slots) {}
}
