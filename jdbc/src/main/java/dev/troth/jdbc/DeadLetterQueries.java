package dev.troth.jdbc;

import dev.troth.admin.DeadLetterDetails;
import dev.troth.admin.DeadLetterGroup;
import dev.troth.admin.DeadLetterState;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.protocol.Payload;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every question to troth_dead_letters. */
final class DeadLetterQueries {
    static final String GROUPS = """
            SELECT kind, failure_class, COUNT(*), MIN(failed_at), MAX(failed_at)
            FROM troth_dead_letters
            WHERE consumer = ? AND state = 'KEPT'
            GROUP BY kind, failure_class
            """;

    private static final String FIND = """
            SELECT message_id, kind, message_key, failure_class, reason, attempts, replays, failed_at, state,
                content_type, payload, correlation_id, headers, failure, version
            FROM troth_dead_letters
            WHERE consumer = ? AND message_id = ?
            """;

    private static final String PURGEABLE = """
            SELECT message_id
            FROM troth_dead_letters
            WHERE consumer = ? AND settled_at > 0 AND settled_at < $now - ?
            ORDER BY settled_at
            $limit
            """;

    private final Dialect dialect;
    private final DeadLetterAudit audit;

    DeadLetterQueries(Dialect dialect) {
        this.dialect = dialect;
        this.audit = new DeadLetterAudit(dialect);
    }

    Instant now(Connection connection) throws SQLException {
        try (PreparedStatement select =
                        connection.prepareStatement(dialect.fill("SELECT $clock FROM troth_identity WHERE one = 1"));
                ResultSet row = select.executeQuery()) {
            row.next();
            return Instant.ofEpochMilli(row.getLong(1));
        }
    }

    List<DeadLetterGroup> groups(Connection connection, String consumer) throws SQLException {
        List<DeadLetterGroup> groups = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(GROUPS)) {
            select.setString(1, consumer);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    groups.add(new DeadLetterGroup(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getLong(3),
                            Instant.ofEpochMilli(rows.getLong(4)),
                            Instant.ofEpochMilli(rows.getLong(5))));
                }
            }
        }
        return groups;
    }

    List<DeadLetterSummary> list(Connection connection, DeadLetterCondition condition, int limit) throws SQLException {
        List<DeadLetterSummary> letters = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(dialect.fill(condition.select()))) {
            int next = condition.bind(select);
            select.setInt(next, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    letters.add(summary(rows));
                }
            }
        }
        return letters;
    }

    private static DeadLetterSummary summary(ResultSet row) throws SQLException {
        return new DeadLetterSummary(
                row.getString("message_id"),
                row.getString("kind"),
                row.getString("message_key"),
                row.getString("failure_class"),
                row.getString("reason"),
                row.getInt("attempts"),
                row.getInt("replays"),
                Instant.ofEpochMilli(row.getLong("failed_at")),
                DeadLetterState.valueOf(row.getString("state")));
    }

    Optional<DeadLetterDetails> find(Connection connection, String consumer, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIND)) {
            select.setString(1, consumer);
            select.setString(2, id);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                DeadLetterSummary letter = summary(row);
                return Optional.of(new DeadLetterDetails(
                        letter,
                        new Payload(letter.kind(), row.getString("content_type"), row.getBytes("payload")),
                        row.getString("correlation_id"),
                        HeaderLines.read(row.getString("headers")),
                        row.getString("failure"),
                        row.getInt("version"),
                        audit.history(connection, consumer, id)));
            }
        }
    }

    /** Ids of letters that were settled so long ago. */
    List<String> purgeable(Connection connection, String consumer, long settledForMillis, int limit)
            throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(dialect.fill(PURGEABLE))) {
            select.setString(1, consumer);
            select.setLong(2, settledForMillis);
            select.setInt(3, limit);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
            }
        }
        return ids;
    }
}
