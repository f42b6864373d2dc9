package dev.troth.jdbc;

import dev.troth.admin.DeadLetterEntry;
import dev.troth.admin.DeadLetterVerb;
import dev.troth.spi.DeadLetterStore.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every statement on troth_dead_letter_audit: written after the change of the letter that it tells of, in the same transaction. */
final class DeadLetterAudit {
    private static final String NOTE = """
            INSERT INTO troth_dead_letter_audit (consumer, message_id, number, done_at, done_by, verb, note)
            SELECT consumer, message_id, version, $clock, $text, $text, $text
            FROM troth_dead_letters
            WHERE consumer = ? AND message_id = ?
            """;

    private static final String FAILED_BEFORE = """
            INSERT INTO troth_dead_letter_audit (consumer, message_id, number, done_at, done_by, verb, note)
            SELECT consumer, message_id, version, failed_at, '', 'FAILED', reason
            FROM troth_dead_letters
            WHERE consumer = ? AND message_id = ?
            """;

    private static final String SET_BODY = """
            UPDATE troth_dead_letter_audit
            SET old_payload = ?
            WHERE consumer = ? AND message_id = ? AND number = ?
            """;

    private static final String BODY = """
            SELECT payload
            FROM troth_dead_letters
            WHERE consumer = ? AND message_id = ?
            """;

    private static final String HISTORY = """
            SELECT done_at, verb, done_by, note, old_payload
            FROM troth_dead_letter_audit
            WHERE consumer = ? AND message_id = ?
            ORDER BY done_at, number
            """;

    private static final String DELETE = """
            DELETE FROM troth_dead_letter_audit
            WHERE consumer = ? AND message_id = ?
            """;

    private final Dialect dialect;

    DeadLetterAudit(Dialect dialect) {
        this.dialect = dialect;
    }

    void note(Connection connection, String consumer, Step step, DeadLetterVerb verb) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(dialect.fill(NOTE))) {
            insert.setString(1, step.by());
            insert.setString(2, verb.name());
            insert.setString(3, step.note());
            insert.setString(4, consumer);
            insert.setString(5, step.messageId());
            insert.executeUpdate();
        }
    }

    void edited(Connection connection, String consumer, Step step, byte[] before) throws SQLException {
        note(connection, consumer, step, DeadLetterVerb.EDITED);
        try (PreparedStatement update = connection.prepareStatement(SET_BODY)) {
            update.setBytes(1, before);
            update.setString(2, consumer);
            update.setString(3, step.messageId());
            update.setInt(4, step.version() + 1);
            update.executeUpdate();
        }
    }

    void failedBefore(Connection connection, String consumer, String id) throws SQLException {
        byKey(connection, FAILED_BEFORE, consumer, id);
    }

    void delete(Connection connection, String consumer, String id) throws SQLException {
        byKey(connection, DELETE, consumer, id);
    }

    private static void byKey(Connection connection, String sql, String consumer, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, consumer);
            statement.setString(2, id);
            statement.executeUpdate();
        }
    }

    /** The letter's body; empty if there is no such letter, which whoever asked will notice. */
    byte[] body(Connection connection, String consumer, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(BODY)) {
            select.setString(1, consumer);
            select.setString(2, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getBytes(1) : new byte[0];
            }
        }
    }

    /** The oldest first. */
    List<DeadLetterEntry> history(Connection connection, String consumer, String id) throws SQLException {
        List<DeadLetterEntry> history = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(HISTORY)) {
            select.setString(1, consumer);
            select.setString(2, id);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    history.add(new DeadLetterEntry(
                            Instant.ofEpochMilli(rows.getLong("done_at")),
                            DeadLetterVerb.valueOf(rows.getString("verb")),
                            rows.getString("done_by"),
                            rows.getString("note"),
                            Optional.ofNullable(rows.getBytes("old_payload"))));
                }
            }
        }
        return history;
    }
}
