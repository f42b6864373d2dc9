package dev.troth.jdbc;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import dev.troth.spi.BranchStore;
import dev.troth.spi.UnfitStoreException;
import dev.troth.spi.UnfitStoreException.Lack;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.XADataSource;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Branches in any database with an {@code XADataSource}: tested with Apache Derby 10.16. Where there is a store of its own
 * ({@link PostgresBranches}, {@link MariaDbBranches}), that is the better one.
 *
 * <p>The driver must let any connection finish a prepared branch, as XA demands. H2's does not and is refused. It keeps a pool of XA
 * connections itself: {@link BranchOptions#maxInFlight()} (8 by default) for branches at work, and two for decisions.
 */
public final class XaBranches implements BranchStore {
    private static final int FOR_DECISIONS = 2;

    private final XaPool pool;
    private final BranchOptions options;
    private final Sightings sightings = new Sightings();
    private volatile @Nullable Opened opened;

    private XaBranches(XADataSource source, BranchOptions options) {
        this.options = options;
        this.pool = new XaPool(source, slots() + FOR_DECISIONS);
    }

    /** Branches in that database, with {@link BranchOptions#defaults()}. */
    public static XaBranches of(XADataSource source) {
        return of(source, BranchOptions.defaults());
    }

    /** Branches in that database. */
    public static XaBranches of(XADataSource source, BranchOptions options) {
        return new XaBranches(source, options);
    }

    /** Creates the tables in the database of that source, for development; safe to repeat. */
    public static void createTables(XADataSource source) {
        XaPool once = new XaPool(source, 1);
        try {
            TrothTables.of(once).create();
        } finally {
            once.shutDown();
        }
    }

    @Override
    public String open() {
        Database database = Database.connect(pool);
        if (database.dialect().name().equals(Dialect.H2.name())) {
            throw new UnfitStoreException(
                    Lack.ABILITY,
                    "H2's XAResource cannot be used for " + database.label()
                            + ": a rollback of a prepared branch from another"
                            + " connection was measured to do nothing and to report success.",
                    "Use PostgreSQL, MariaDB or Derby for branches; H2 is fine for a decision log.");
        }
        String store = new Schema(database).check();
        opened = new Opened(new BranchRows(database, options.retention()), store);
        inDoubt();
        return store;
    }

    @Override
    public int slots() {
        return options.maxInFlight().orElse(BranchOptions.DEFAULT_IN_FLIGHT);
    }

    /** How many XA connections are in use. */
    int lent() {
        return pool.lent();
    }

    @Override
    public Begun begin(BranchId branch) {
        Opened open = opened();
        XaName name = new XaName(branch, open.store);
        XaPool.Lease lease = borrow(open, BranchRows.beginning(branch));
        try {
            Connection connection = lease.connection(); // before the branch starts: Derby gives none out within
            Optional<Seen> started = start(lease.resource(), name);
            if (started.isPresent()) {
                connection.close();
                lease.release();
                return new Begun.NotStarted(started.get());
            }
            XaWork work = new XaWork(open.rows, lease, name, connection);
            Optional<Seen> seen = seen(open, connection, branch);
            if (seen.isPresent()) {
                work.rollback();
                return new Begun.NotStarted(seen.get());
            }
            return new Begun.Started(work);
        } catch (SQLException failure) {
            lease.discard();
            throw open.database().failure(BranchRows.beginning(branch), failure);
        } catch (RuntimeException | Error failure) {
            lease.discard();
            throw failure;
        }
    }

    private XaPool.Lease borrow(Opened open, Database.Task task) {
        try {
            return pool.borrow();
        } catch (SQLException failure) {
            throw open.database().failure(task, failure);
        }
    }

    /** The xid is its own lock: the resource manager starts it once. */
    private static Optional<Seen> start(XAResource resource, XaName name) throws SQLException {
        try {
            resource.start(name, XAResource.TMNOFLAGS);
            return Optional.empty();
        } catch (XAException failure) {
            if (failure.errorCode != XAException.XAER_DUPID) {
                throw XaErrors.translate("start", failure);
            }
            return Optional.of(recover(resource, name.store()).contains(name.branch()) ? Seen.PREPARED : Seen.BUSY);
        }
    }

    private static Optional<Seen> seen(Opened open, Connection connection, BranchId branch) throws SQLException {
        String state = open.rows.table().state(connection, branch);
        if (!state.isEmpty()) {
            return Optional.of(state.equals(BranchTable.COMMITTED) ? Seen.COMMITTED : Seen.ROLLED_BACK);
        }
        boolean inTime = open.rows.table().now(connection).isBefore(branch.gid().deadline());
        return inTime ? Optional.empty() : Optional.of(Seen.EXPIRED);
    }

    @Override
    public Finish commit(BranchId branch) {
        Opened open = opened();
        XaName name = new XaName(branch, open.store);
        return onResource(open, BranchRows.committing(branch), resource -> {
            Finish finish = finish(resource, name, true);
            if (finish != Finish.MISSING) {
                return finish;
            }
            if (recover(resource, open.store).contains(branch)) {
                return Finish.HELD;
            }
            String state = open.database()
                    .each(BranchRows.committing(branch), c -> open.rows.table().state(c, branch));
            return state.equals(BranchTable.COMMITTED) ? Finish.ALREADY : Finish.MISSING;
        });
    }

    @Override
    public Finish rollback(BranchId branch) {
        Opened open = opened();
        XaName name = new XaName(branch, open.store);
        Finish finish = onResource(open, BranchRows.rollingBack(branch), resource -> finish(resource, name, false));
        return finish == Finish.MISSING ? mark(branch) : finish;
    }

    /** Leaves the mark of a rollback in a branch of the same xid: if that starts, nobody works on it. */
    private Finish mark(BranchId branch) {
        Opened open = opened();
        XaName name = new XaName(branch, open.store);
        return onLease(open, BranchRows.rollingBack(branch), lease -> {
            XAResource resource = lease.resource();
            Connection connection = lease.connection();
            if (start(resource, name).isPresent()) {
                connection.close();
                return Finish.HELD;
            }
            String state = open.rows.table().state(connection, branch);
            boolean committed = state.equals(BranchTable.COMMITTED);
            if (!committed) {
                open.rows.table().tombstone(connection, branch);
            }
            try {
                resource.end(name, XAResource.TMSUCCESS);
                resource.commit(name, true);
            } catch (XAException failure) {
                throw XaErrors.translate("commit", failure);
            }
            connection.close();
            return committed ? Finish.MISSING : Finish.ALREADY;
        });
    }

    /** Commits or rolls back, and sorts XA's answers. A heuristic one is told as missing: the log is asked, and it is noted. */
    private static Finish finish(XAResource resource, XaName name, boolean commit) throws SQLException {
        try {
            if (commit) {
                resource.commit(name, false);
            } else {
                resource.rollback(name);
            }
            return Finish.DONE;
        } catch (XAException failure) {
            return switch (failure.errorCode) {
                case XAException.XAER_NOTA -> Finish.MISSING;
                case XAException.XA_RETRY, XAException.XAER_PROTO -> Finish.HELD;
                case XAException.XA_HEURCOM, XAException.XA_HEURRB, XAException.XA_HEURMIX, XAException.XA_HEURHAZ -> {
                    forget(resource, name);
                    boolean asDecided = failure.errorCode == (commit ? XAException.XA_HEURCOM : XAException.XA_HEURRB);
                    yield asDecided ? Finish.DONE : Finish.MISSING;
                }
                default -> {
                    if (!XaErrors.rolledBack(failure.errorCode)) {
                        throw XaErrors.translate(commit ? "commit" : "rollback", failure);
                    }
                    yield commit ? Finish.MISSING : Finish.DONE;
                }
            };
        }
    }

    private static void forget(XAResource resource, XaName name) throws SQLException {
        try {
            resource.forget(name);
        } catch (XAException failure) {
            throw XaErrors.translate("forget", failure);
        }
    }

    @Override
    public List<InDoubt> inDoubt() {
        Opened open = opened();
        Set<BranchId> prepared = onResource(open, BranchRows.listing(), resource -> recover(resource, open.store));
        return sightings.of(prepared, unknown -> Optional.empty());
    }

    private static Set<BranchId> recover(XAResource resource, String store) throws SQLException {
        try {
            Set<BranchId> found = new HashSet<>();
            Xid[] xids = resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
            for (Xid xid : xids == null ? new Xid[0] : xids) {
                XaName.branch(xid, store).ifPresent(found::add);
            }
            return found;
        } catch (XAException failure) {
            throw XaErrors.translate("recover", failure);
        }
    }

    private <T> T onResource(Opened open, Database.Task task, ResourceWork<T> work) {
        return onLease(open, task, lease -> work.run(lease.resource()));
    }

    private <T> T onLease(Opened open, Database.Task task, LeaseWork<T> work) {
        XaPool.Lease lease = borrow(open, task);
        boolean clean = false;
        try {
            T result = work.run(lease);
            clean = true;
            return result;
        } catch (SQLException failure) {
            throw open.database().failure(task, failure);
        } finally {
            if (clean) {
                lease.release();
            } else {
                lease.discard();
            }
        }
    }

    @Override
    public void heuristic(BranchId branch, Outcome decided, String note) {
        opened().rows.heuristic(branch, decided, note);
    }

    @Override
    public Refusal explain(Throwable failure) {
        return Failures.explain(failure, StandardErrors.TABLE);
    }

    @Override
    public int purge(int limit) {
        return opened().rows.purge(limit);
    }

    @Override
    public Instant now() {
        return opened().rows.now();
    }

    /** Closes the XA connections; prepared branches stay prepared. */
    @Override
    public void close() {
        opened = null;
        pool.shutDown();
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

    /** Calls of one XAResource. */
    @FunctionalInterface
    private interface ResourceWork<T> {
        T run(XAResource resource) throws SQLException;
    }

    /** Calls and statements on one XA connection. */
    @FunctionalInterface
    private interface LeaseWork<T> {
        T run(XaPool.Lease lease) throws SQLException;
    }
}
