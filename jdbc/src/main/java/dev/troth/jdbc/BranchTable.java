package dev.troth.jdbc;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/** Branch rows and heuristic outcomes, as all databases keep them. It commits nothing; its callers do. */
final class BranchTable {
    /** The state of a branch without a row. */
    static final String NONE = "";
    /** The state of a branch that was applied: written inside the branch, so it is seen only once the branch has committed. */
    static final String COMMITTED = "COMMITTED";

    private static final int MAX_NOTE = 1000;

    private final Dialect dialect;
    private final BranchSql sql;

    BranchTable(Dialect dialect) {
        this.dialect = dialect;
        this.sql = new BranchSql(dialect);
    }

    /** The state in the branch's committed row, or {@link #NONE}. */
    String state(Connection connection, BranchId branch) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql.state)) {
            bind(select, branch);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getString(1) : NONE;
            }
        }
    }

    /** Writes the branch's row inside the branch, and returns false if the deadline has passed. */
    boolean applied(Connection connection, BranchId branch) throws SQLException {
        return insert(connection, sql.applied, branch);
    }

    /** Leaves the mark by which a late PREPARE is refused. The caller has seen to it that nobody works on the branch. */
    void tombstone(Connection connection, BranchId branch) throws SQLException {
        try {
            insert(connection, sql.tombstone, branch);
        } catch (SQLException failure) {
            if (!dialect.errors().duplicateKey(failure)) {
                throw failure;
            }
        }
    }

    private static boolean insert(Connection connection, String statement, BranchId branch) throws SQLException {
        long deadline = branch.gid().deadline().toEpochMilli();
        try (PreparedStatement insert = connection.prepareStatement(statement)) {
            bind(insert, branch);
            insert.setLong(3, deadline);
            insert.setLong(4, deadline);
            return insert.executeUpdate() == 1;
        }
    }

    void heuristic(Connection connection, BranchId branch, Outcome decided, String note) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql.heuristic)) {
            bind(insert, branch);
            insert.setString(3, decided.name());
            insert.setString(4, note.length() <= MAX_NOTE ? note : note.substring(0, MAX_NOTE));
            insert.executeUpdate();
        } catch (SQLException failure) {
            if (!dialect.errors().duplicateKey(failure)) {
                throw failure;
            }
        }
    }

    /** Rule 3: rows go only after the deadline and the retention, by the clock that starts branches. */
    int purge(Connection connection, Duration retention, int limit) throws SQLException {
        int found = 0;
        try (PreparedStatement select = connection.prepareStatement(sql.purgeable);
                PreparedStatement delete = connection.prepareStatement(sql.delete)) {
            select.setLong(1, retention.toMillis());
            select.setInt(2, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    delete.setString(1, rows.getString(1));
                    delete.setInt(2, rows.getInt(2));
                    delete.addBatch();
                    found++;
                }
            }
            return found == 0 ? 0 : sum(delete.executeBatch());
        }
    }

    private static int sum(int[] counts) {
        int sum = 0;
        for (int count : counts) {
            sum += count == Statement.SUCCESS_NO_INFO ? 1 : Math.max(count, 0);
        }
        return sum;
    }

    Instant now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.now)) {
            rows.next();
            return Instant.ofEpochMilli(rows.getLong(1));
        }
    }

    private static void bind(PreparedStatement statement, BranchId branch) throws SQLException {
        statement.setString(1, branch.gid().toString());
        statement.setInt(2, branch.number());
    }
}
