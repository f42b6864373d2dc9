package dev.troth.jdbc;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.DecisionLog.Owing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules of the decision log as statements on troth_decisions. It commits nothing; its callers do. */
final class DecisionTable {
    private static final int DERBY_TEXT = 32_672;
    private static final int MAX_TEXT = 200;
    private static final int MOST_COUNTED = 1_000_000;

    private final Dialect dialect;
    private final DecisionSql sql;

    DecisionTable(Dialect dialect) {
        this.dialect = dialect;
        this.sql = new DecisionSql(dialect);
    }

    /** Inserts the decision unless there is one or its deadline has passed, in the transaction that is open. */
    Recorded record(Connection connection, CommitRecord commit) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql.commit)) {
            bind(insert, commit);
            if (insert.executeUpdate() == 1) {
                return Recorded.RECORDED;
            }
        } catch (SQLException failure) {
            if (!dialect.errors().duplicateKey(failure)) {
                throw failure;
            }
        }
        return found(connection, commit.gid());
    }

    /**
     * Inserts the decision and commits, in one exchange with PostgreSQL. If there is a decision, or its deadline has passed, that is a failure
     * ({@link PostgresErrors#GUARD_DEADLINE}), so that nothing is committed.
     */
    void recordAndCommit(Connection connection, CommitRecord commit) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql.recordAndCommit)) {
            bind(insert, commit);
            insert.execute();
        }
    }

    /**
     * The same in a transaction of somebody else. In PostgreSQL the insert itself sees whose database it is; elsewhere it would lock that row,
     * so that is a statement of its own.
     *
     * @return empty if this is not the database of the transaction's log: nothing was inserted
     */
    Optional<Recorded> join(Connection connection, CommitRecord commit) throws SQLException {
        boolean postgres = dialect.isPostgres();
        if (!postgres && !isLogOf(connection, commit.gid())) {
            return Optional.empty();
        }
        try (PreparedStatement insert = connection.prepareStatement(sql.join)) {
            bind(insert, commit);
            if (postgres) {
                insert.setString(8, commit.gid().log());
            }
            if (insert.executeUpdate() == 1) {
                return Optional.of(Recorded.RECORDED);
            }
        } catch (SQLException failure) {
            if (!dialect.errors().duplicateKey(failure)) {
                throw failure;
            }
        }
        return postgres && !isLogOf(connection, commit.gid())
                ? Optional.empty()
                : Optional.of(found(connection, commit.gid()));
    }

    private boolean isLogOf(Connection connection, Gid gid) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.identity)) {
            return rows.next() && rows.getString(1).equals(gid.log());
        }
    }

    /** The same for many, in one exchange on PostgreSQL; MariaDB's driver cannot batch an INSERT that selects. */
    List<Recorded> recordAll(Connection connection, List<CommitRecord> commits) throws SQLException {
        if (commits.size() > 1 && dialect.isPostgres()) {
            return recordBatch(connection, commits);
        }
        List<Recorded> answers = new ArrayList<>(commits.size());
        for (CommitRecord commit : commits) {
            answers.add(record(connection, commit));
        }
        return answers;
    }

    private List<Recorded> recordBatch(Connection connection, List<CommitRecord> commits) throws SQLException {
        int[] counts;
        try (PreparedStatement insert = connection.prepareStatement(sql.commit)) {
            for (CommitRecord commit : commits) {
                bind(insert, commit);
                insert.addBatch();
            }
            counts = insert.executeBatch();
        }
        List<Recorded> answers = new ArrayList<>(commits.size());
        for (int i = 0; i < counts.length; i++) {
            boolean inserted = counts[i] == 1;
            answers.add(
                    inserted
                            ? Recorded.RECORDED
                            : found(connection, commits.get(i).gid()));
        }
        return answers;
    }

    /** Why nothing was inserted. Seen after an insert that did nothing, so no row means that the deadline has passed. */
    private Recorded found(Connection connection, Gid gid) throws SQLException {
        return read(connection, gid, sql.readLatest)
                .map(row -> row.outcome() == Outcome.COMMITTED ? Recorded.RECORDED : Recorded.LOST)
                .orElse(Recorded.EXPIRED);
    }

    private void bind(PreparedStatement insert, CommitRecord commit) throws SQLException {
        String owed = commit.owedText();
        if (dialect.isDerby() && owed.length() > DERBY_TEXT) { // it would be cut without a word
            throw new SQLDataException(
                    "Derby keeps at most " + DERBY_TEXT + " characters of owed branches, and the "
                            + commit.owed().size() + " of this transaction need " + owed.length(),
                    "22001");
        }
        long deadline = commit.gid().deadline().toEpochMilli();
        insert.setString(1, commit.gid().toString());
        insert.setString(2, clip(commit.kind()));
        insert.setString(3, owed);
        insert.setString(4, clip(commit.traceparent()));
        insert.setLong(5, deadline);
        insert.setLong(6, commit.owed().size());
        insert.setLong(7, deadline);
    }

    private static String clip(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    Optional<DecisionRow> read(Connection connection, Gid gid) throws SQLException {
        return read(connection, gid, sql.read);
    }

    private static Optional<DecisionRow> read(Connection connection, Gid gid, String statement) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(statement)) {
            select.setString(1, gid.toString());
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                Set<Integer> owed = CommitRecord.parseOwed(rows.getString(2)).stream()
                        .map(CommitRecord.Owed::number)
                        .collect(Collectors.toUnmodifiableSet());
                long done = rows.getLong(3);
                Optional<Instant> doneAt = rows.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(done));
                return Optional.of(
                        new DecisionRow(gid, Outcome.valueOf(rows.getString(1)), owed, doneAt, rows.getBoolean(4)));
            }
        }
    }

    /**
     * Inserts ABORTED, waiting for whoever is just writing a decision of the same transaction.
     *
     * @return whether it was inserted; false if there is a row, or if the wait was given up
     */
    boolean abort(Connection connection, Gid gid) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql.abort)) {
            insert.setQueryTimeout(Database.WAIT_SECONDS);
            insert.setString(1, gid.toString());
            insert.setLong(2, gid.deadline().toEpochMilli());
            return insert.executeUpdate() == 1;
        } catch (SQLException failure) {
            if (dialect.errors().duplicateKey(failure)
                    || Failures.reason(failure, dialect.errors()) == Reason.CONFLICT) {
                return false;
            }
            throw failure;
        }
    }

    /** Counts what is owed, without a lease. */
    Owing owing(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql.owing)) {
            select.setInt(1, MOST_COUNTED);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return new Owing(rows.getLong(1), Duration.ofMillis(Math.max(0, rows.getLong(2))));
            }
        }
    }

    /** Takes decisions that are owed under a lease. */
    List<CommitRecord> owed(Connection connection, Duration olderThan, Duration lease, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql.owed)) {
            select.setLong(1, olderThan.toMillis());
            select.setInt(2, limit);
            if (dialect.isPostgres()) {
                select.setLong(3, lease.toMillis());
                return commits(select);
            }
            List<CommitRecord> candidates = commits(select);
            return lease(connection, candidates, lease);
        }
    }

    private static List<CommitRecord> commits(PreparedStatement select) throws SQLException {
        List<CommitRecord> commits = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                commits.add(new CommitRecord(
                        Gid.parse(rows.getString(1)),
                        rows.getString(2),
                        CommitRecord.parseOwed(rows.getString(3)),
                        rows.getString(4)));
            }
        }
        return commits;
    }

    private List<CommitRecord> lease(Connection connection, List<CommitRecord> candidates, Duration lease)
            throws SQLException {
        List<CommitRecord> mine = new ArrayList<>();
        try (PreparedStatement update = connection.prepareStatement(sql.lease)) {
            for (CommitRecord candidate : candidates) {
                update.setLong(1, lease.toMillis());
                update.setString(2, candidate.gid().toString());
                if (update.executeUpdate() == 1) {
                    mine.add(candidate);
                }
            }
        }
        return mine;
    }

    void done(Connection connection, Collection<Gid> gids) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.done)) {
            if (dialect.isPostgres()) {
                update.setString(
                        1,
                        String.join(
                                ",", gids.stream().map(Gid::toString).sorted().toList()));
                update.executeUpdate();
            } else {
                each(update, gids.stream().map(Gid::toString).sorted().toList());
            }
        }
    }

    void reported(Connection connection, CommitRecord logged, Set<Integer> branches) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.reported)) {
            update.setString(1, logged.without(branches).owedText());
            update.setString(2, logged.gid().toString());
            update.setString(3, logged.owedText());
            update.executeUpdate();
        }
    }

    void heuristic(Connection connection, Gid gid) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.heuristic)) {
            each(update, List.of(gid.toString()));
        }
    }

    /** Deletes by key: no scan holds locks that a new decision would wait for. */
    int purge(Connection connection, LogOptions options, int limit) throws SQLException {
        long margin = options.margin().toMillis();
        long history = options.history().toMillis();
        Map<String, Long> aborted = purgeable(connection, sql.purgeableAborted, limit, margin);
        Map<String, Long> committed =
                purgeable(connection, sql.purgeableCommitted, limit - aborted.size(), history, history);
        if (!committed.isEmpty()) {
            forget(connection, Collections.max(committed.values()));
        }
        List<String> gids = new ArrayList<>(aborted.keySet());
        gids.addAll(committed.keySet());
        if (gids.isEmpty()) {
            return 0;
        }
        try (PreparedStatement delete = connection.prepareStatement(sql.delete)) {
            return each(delete, gids);
        }
    }

    private void forget(Connection connection, long deadline) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.forget)) {
            update.setLong(1, deadline);
            update.setLong(2, deadline);
            update.executeUpdate();
        }
    }

    /** Transactions with their deadlines. */
    private static Map<String, Long> purgeable(Connection connection, String statement, int limit, long... kept)
            throws SQLException {
        Map<String, Long> found = new LinkedHashMap<>();
        if (limit <= 0) {
            return found;
        }
        try (PreparedStatement select = connection.prepareStatement(statement)) {
            int parameter = 1;
            for (long millis : kept) {
                select.setLong(parameter++, millis);
            }
            select.setInt(parameter, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), rows.getLong(2));
                }
            }
        }
        return found;
    }

    Instant forgottenUntil(Connection connection) throws SQLException {
        return instant(connection, sql.forgottenUntil);
    }

    /** Executes a statement with one key for each of them in one exchange, and returns how many rows it changed. */
    private static int each(PreparedStatement statement, List<String> keys) throws SQLException {
        for (String key : keys) {
            statement.setString(1, key);
            statement.addBatch();
        }
        int changed = 0;
        for (int count : statement.executeBatch()) {
            changed += count == Statement.SUCCESS_NO_INFO ? 1 : Math.max(count, 0);
        }
        return changed;
    }

    Instant now(Connection connection) throws SQLException {
        return instant(connection, sql.now);
    }

    private static Instant instant(Connection connection, String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            rows.next();
            return Instant.ofEpochMilli(rows.getLong(1));
        }
    }
}
