package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A decision log as a table of the service's own database, beside the data of its local work: PostgreSQL, MariaDB, MySQL, H2 or
 * Apache Derby.
 *
 * <p>A decision with local work costs one insert in the transaction that commits anyway. Decisions without local work share
 * forced writes: those that arrive while one is under way are written together. The data source's pool needs connections for
 * the local work that runs at once, and one or two more.
 */
public final class JdbcDecisionLog implements DecisionLog {
    /** How often a resolve looks again at a row that another session holds: with the wait of each, half a minute or more. */
    private static final int LOOKS = 15;

    private final DataSource source;
    private final LogOptions options;
    private volatile @Nullable Opened opened;

    private JdbcDecisionLog(DataSource source, LogOptions options) {
        this.source = source;
        this.options = options;
    }

    /** A log in that database, with {@link LogOptions#defaults()}. */
    public static JdbcDecisionLog on(DataSource source) {
        return on(source, LogOptions.defaults());
    }

    /** A log in that database. */
    public static JdbcDecisionLog on(DataSource source, LogOptions options) {
        return new JdbcDecisionLog(source, options);
    }

    @Override
    public String open() {
        Database database = Database.connect(source);
        String store = new Schema(database).check();
        Durability.check(database);
        if (database.dialect().isPostgres()) {
            PostgresCheck.decisions(database);
        }
        DecisionTable table = new DecisionTable(database.dialect());
        opened = new Opened(database, table, new DecisionWriter(database, table));
        return store;
    }

    @Override
    public LocalTransaction begin() {
        Opened log = opened();
        return new LocalWork(log.database, log.table);
    }

    @Override
    public Recorded record(CommitRecord commit) {
        return opened().writer.write(commit);
    }

    @Override
    public Recorded record(Connection connection, CommitRecord commit) {
        Opened log = opened();
        try {
            if (connection.getAutoCommit()) {
                throw misused("The decision of " + commit.gid()
                        + " would have been committed at once: the connection has auto-commit."
                        + " Nothing was written. Give the connection of the local transaction.");
            }
            return log.table
                    .join(connection, commit)
                    .orElseThrow(() -> misused("The decision of " + commit.gid()
                            + " belongs to " + log.database.label()
                            + ", and the connection to another database. Nothing was written. Give the"
                            + " connection of a transaction in the log's database."));
        } catch (SQLException failure) {
            Task task = new Task(
                    "add the decision of ",
                    commit.gid(),
                    "Nothing was decided; the local transaction is to be rolled back.");
            throw Failures.refused(
                    Failures.reason(failure, log.database.dialect().errors()),
                    String.valueOf(log.database.failure(task, failure).getMessage()),
                    failure);
        }
    }

    private static BranchFailedException misused(String message) {
        return Failures.refused(Reason.MISUSE, message, null);
    }

    @Override
    public DecisionRow resolve(Gid gid) {
        Opened log = opened();
        Task task = new Task("resolve ", gid, "Its outcome is not known here yet; it is asked again by itself.");
        return log.database.each(task, connection -> resolve(log, connection, gid));
    }

    /** Every statement commits by itself, so each look sees what is committed, and an abort is durable before it is told. */
    private static DecisionRow resolve(Opened log, Connection connection, Gid gid) throws SQLException {
        for (int look = 0; look < LOOKS; look++) {
            Optional<DecisionRow> row = log.table.read(connection, gid);
            if (row.isPresent()) {
                return row.get();
            }
            if (log.table.abort(connection, gid)) {
                return DecisionRow.aborted(gid);
            }
        }
        throw new StoreException(
                "Could not resolve " + gid + " in " + log.database.label()
                        + ": another session has been writing its decision for"
                        + " too long. Its outcome is not known here yet; it is asked again by itself. Look for a session that"
                        + " holds a lock on troth_decisions.",
                null);
    }

    @Override
    public Optional<DecisionRow> read(Gid gid) {
        Opened log = opened();
        return log.database.each(new Task("read the decision of ", gid, ""), c -> log.table.read(c, gid));
    }

    @Override
    public List<CommitRecord> owed(Duration olderThan, Duration lease, int limit) {
        Opened log = opened();
        Task task = new Task("look for decisions that are owed", "It is tried again by itself.");
        return log.database.background(task, c -> log.table.owed(c, olderThan, lease, limit));
    }

    @Override
    public Optional<Owing> owing() {
        Opened log = opened();
        Task task = new Task("count the decisions that are owed", "Nothing was changed.");
        return Optional.of(log.database.each(task, log.table::owing));
    }

    @Override
    public void done(Collection<Gid> gids) {
        if (gids.isEmpty()) {
            return;
        }
        Opened log = opened();
        Task task = new Task("mark " + gids.size() + " decisions done", "They are driven again by themselves.");
        log.database.background(task, connection -> {
            log.table.done(connection, gids);
            return true;
        });
    }

    @Override
    public void reported(CommitRecord logged, Set<Integer> branches) {
        Opened log = opened();
        Task task = new Task("note reports of " + logged.gid(), "They are noted again by themselves.");
        log.database.together(task, connection -> {
            log.table.reported(connection, logged, branches);
            return logged;
        });
    }

    @Override
    public void heuristic(Gid gid) {
        Opened log = opened();
        Task task = new Task("mark " + gid + " as finished by hand", "It is to be marked again.");
        log.database.together(task, connection -> {
            log.table.heuristic(connection, gid);
            return gid;
        });
    }

    @Override
    public Instant forgottenUntil() {
        Opened log = opened();
        return log.database.each(new Task("read until when decisions are forgotten", ""), log.table::forgottenUntil);
    }

    @Override
    public int purge(int limit) {
        Opened log = opened();
        Task task = new Task("purge decisions", "It is tried again by itself.");
        return log.database.background(task, c -> log.table.purge(c, options, limit));
    }

    @Override
    public Instant now() {
        Opened log = opened();
        return log.database.each(new Task("read the clock", ""), log.table::now);
    }

    /** Does nothing: the log runs nothing of its own, and the data source belongs to whoever made it. */
    @Override
    public void close() {}

    private Opened opened() {
        Opened log = opened;
        if (log == null) {
            throw LocalWork.notOpen();
        }
        return log;
    }

    private record Opened(Database database, DecisionTable table, DecisionWriter writer) {}
}
