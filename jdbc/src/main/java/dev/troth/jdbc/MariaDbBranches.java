package dev.troth.jdbc;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchStore;
import dev.troth.spi.StoreException;
import dev.troth.spi.UnfitStoreException;
import dev.troth.spi.UnfitStoreException.Lack;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Branches in MariaDB or MySQL, with {@code XA} statements over plain JDBC and any connection pool.
 *
 * <p>Only the session that prepared a branch may finish it, until that session is gone; then any may. So the connection of a
 * prepared branch stays checked out until its decision, and {@link BranchOptions#maxInFlight()} (8 by default) bounds how many do:
 * the pool needs that many connections, and two more. MySQL's user needs the privilege {@code XA_RECOVER_ADMIN}. A handler may not
 * use DDL.
 */
public final class MariaDbBranches implements BranchStore {
    private final DataSource source;
    private final BranchOptions options;
    private final Semaphore free;
    private final Map<BranchId, MariaDbSession> held = new ConcurrentHashMap<>();
    private final Sightings sightings = new Sightings();
    private volatile @Nullable Opened opened;

    private MariaDbBranches(DataSource source, BranchOptions options) {
        this.source = source;
        this.options = options;
        this.free = new Semaphore(slots());
    }

    /** Branches in that database, with {@link BranchOptions#defaults()}. */
    public static MariaDbBranches of(DataSource source) {
        return of(source, BranchOptions.defaults());
    }

    /** Branches in that database. */
    public static MariaDbBranches of(DataSource source, BranchOptions options) {
        return new MariaDbBranches(source, options);
    }

    @Override
    public String open() {
        Database database = Database.connect(source);
        if (!database.dialect().name().equals(Dialect.MARIADB.name())) {
            throw new UnfitStoreException(
                    Lack.ABILITY,
                    database.label() + " is neither MariaDB nor MySQL.",
                    "Use PostgresBranches for PostgreSQL, XaBranches for a database with an XADataSource.");
        }
        String store = new Schema(database).check();
        Durability.check(database);
        opened = new Opened(new BranchRows(database, options.retention()), store);
        inDoubt();
        return store;
    }

    @Override
    public int slots() {
        return options.maxInFlight().orElse(BranchOptions.DEFAULT_IN_FLIGHT);
    }

    @Override
    public Begun begin(BranchId branch) {
        Opened open = opened();
        if (held.containsKey(branch)) {
            return new Begun.NotStarted(Seen.PREPARED);
        }
        if (!free.tryAcquire()) {
            String message = "No more than " + slots() + " branches can be at work or prepared at once in "
                    + open.database().label();
            throw new StoreException(
                    message + ": branch " + branch + " has not started; the transaction rolls back. Raise"
                            + " BranchOptions.withMaxInFlight and the size of the connection pool together.",
                    Failures.refused(Reason.OVERLOADED, message, null));
        }
        MariaDbSession session = borrow(open, branch);
        try {
            Optional<Seen> seen = start(open, session);
            if (seen.isPresent()) {
                session.release();
                return new Begun.NotStarted(seen.get());
            }
        } catch (SQLException failure) {
            session.discard();
            throw open.database().failure(BranchRows.beginning(branch), failure);
        } catch (RuntimeException | Error failure) {
            session.discard();
            throw failure;
        }
        return new Begun.Started(new MariaDbWork(open.rows, session, this::hold));
    }

    private MariaDbSession borrow(Opened open, BranchId branch) {
        try {
            return new MariaDbSession(Session.autoCommit(source), branch, open.store, free::release);
        } catch (SQLException failure) {
            free.release();
            throw open.database().failure(BranchRows.beginning(branch), failure);
        } catch (RuntimeException | Error failure) { // of the pool
            free.release();
            throw failure;
        }
    }

    /** Starts the branch; if it cannot start, says why. */
    private Optional<Seen> start(Opened open, MariaDbSession session) throws SQLException {
        BranchId branch = session.branch();
        boolean locked;
        boolean inTime;
        String state;
        try (PreparedStatement ask = session.connection().prepareStatement(MariaDbSql.BEGIN)) {
            ask.setString(1, session.lock());
            ask.setLong(2, branch.gid().deadline().toEpochMilli());
            ask.setString(3, branch.gid().toString());
            ask.setInt(4, branch.number());
            try (ResultSet row = ask.executeQuery()) {
                row.next();
                locked = row.getInt(1) == 1;
                inTime = row.getBoolean(2);
                state = row.getString(3);
                session.connectionId(row.getLong(4));
            }
        }
        if (state != null) {
            return Optional.of(state.equals(BranchTable.COMMITTED) ? Seen.COMMITTED : Seen.ROLLED_BACK);
        }
        if (!locked || !inTime) {
            boolean prepared = prepared(session.connection(), open.store).contains(branch);
            return Optional.of(prepared ? Seen.PREPARED : locked ? Seen.EXPIRED : Seen.BUSY);
        }
        try {
            session.execute(MariaDbSql.start(session.xid()));
            return Optional.empty();
        } catch (SQLException failure) {
            if (failure.getErrorCode() != MariaDbErrors.XA_DUPLICATE) {
                throw failure;
            }
            boolean prepared = prepared(session.connection(), open.store).contains(branch);
            return Optional.of(prepared ? Seen.PREPARED : Seen.BUSY);
        }
    }

    /** Keeps the session of a branch that is prepared, or tears it down if the store has closed meanwhile. */
    private void hold(MariaDbSession session) {
        held.put(session.branch(), session);
        if (opened == null && held.remove(session.branch(), session)) {
            session.discard();
        }
    }

    @Override
    public Finish commit(BranchId branch) {
        Opened open = opened();
        if (finishHeld(open, branch, true)) {
            return Finish.DONE;
        }
        return open.database().each(BranchRows.committing(branch), connection -> {
            if (finished(connection, MariaDbSql.commit(MariaDbSql.xid(branch, open.store)))) {
                return Finish.DONE;
            }
            if (prepared(connection, open.store).contains(branch)) {
                return Finish.HELD;
            }
            String state = open.rows.table().state(connection, branch);
            return state.equals(BranchTable.COMMITTED) ? Finish.ALREADY : Finish.MISSING;
        });
    }

    @Override
    public Finish rollback(BranchId branch) {
        Opened open = opened();
        if (finishHeld(open, branch, false)) {
            return Finish.DONE;
        }
        return open.database().each(BranchRows.rollingBack(branch), connection -> {
            if (finished(connection, MariaDbSql.rollback(MariaDbSql.xid(branch, open.store)))) {
                return Finish.DONE;
            }
            return mark(open, connection, branch);
        });
    }

    /** Finishes a branch through the session that prepared it; returns false if that is not here, or is of no use any more. */
    private boolean finishHeld(Opened open, BranchId branch, boolean commit) {
        MariaDbSession session = held.remove(branch);
        if (session == null) {
            return false;
        }
        try {
            session.execute(commit ? MariaDbSql.commit(session.xid()) : MariaDbSql.rollback(session.xid()));
            session.release();
            return true;
        } catch (SQLException failure) {
            session.discard();
            if (failure.getErrorCode() == MariaDbErrors.XA_UNKNOWN) {
                return false;
            }
            throw open.database()
                    .failure(commit ? BranchRows.committing(branch) : BranchRows.rollingBack(branch), failure);
        }
    }

    private static boolean finished(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return true;
        } catch (SQLException failure) {
            if (failure.getErrorCode() == MariaDbErrors.XA_UNKNOWN) {
                return false;
            }
            throw failure;
        }
    }

    /** Leaves the mark of a rollback where nobody works on the branch. */
    private static Finish mark(Opened open, Connection connection, BranchId branch) throws SQLException {
        String lock = BranchKey.lockName(branch, open.store);
        if (!ask(connection, MariaDbSql.LOCK, lock)) {
            return Finish.HELD;
        }
        try {
            if (prepared(connection, open.store).contains(branch)) {
                return Finish.HELD;
            }
            String state = open.rows.table().state(connection, branch);
            if (state.equals(BranchTable.COMMITTED)) {
                return Finish.MISSING;
            }
            open.rows.table().tombstone(connection, branch);
            return Finish.ALREADY;
        } finally {
            boolean released = ask(connection, MariaDbSql.RELEASE, lock);
            if (!released) {
                connection.abort(Runnable::run);
            }
        }
    }

    private static boolean ask(Connection connection, String sql, String lock) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, lock);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getInt(1) == 1;
            }
        }
    }

    @Override
    public List<InDoubt> inDoubt() {
        Opened open = opened();
        Set<BranchId> prepared =
                open.database().each(BranchRows.listing(), connection -> prepared(connection, open.store));
        return sightings.of(
                prepared, branch -> Optional.ofNullable(held.get(branch)).map(MariaDbSession::preparedAt));
    }

    /** The prepared branches of this store; the server's list has those of all its databases and of other managers. */
    private static Set<BranchId> prepared(Connection connection, String store) throws SQLException {
        Set<BranchId> found = ConcurrentHashMap.newKeySet();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(MariaDbSql.RECOVER)) {
            while (rows.next()) {
                if (rows.getInt(1) == MariaDbSql.FORMAT_ID) {
                    MariaDbSql.branch(rows.getString(4), rows.getInt(2), store).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    @Override
    public void heuristic(BranchId branch, Outcome decided, String note) {
        opened().rows.heuristic(branch, decided, note);
    }

    @Override
    public Refusal explain(Throwable failure) {
        return Failures.explain(failure, MariaDbErrors.TABLE);
    }

    @Override
    public int purge(int limit) {
        return opened().rows.purge(limit);
    }

    @Override
    public Instant now() {
        return opened().rows.now();
    }

    /** Tears down the sessions of prepared branches, so that another instance may finish them. */
    @Override
    public void close() {
        opened = null;
        for (BranchId branch : Set.copyOf(held.keySet())) {
            MariaDbSession session = held.remove(branch);
            if (session != null) {
                session.discard();
            }
        }
    }

    private Opened opened() {
        Opened open = opened;
        if (open == null) {
            throw BranchRows.notOpen();
        }
        return open;
    }

    private record Opened(BranchRows rows, String store) {
        Database database() {
            return rows.database();
        }
    }
}
