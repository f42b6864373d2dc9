package dev.troth.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every statement on troth_inbox. */
final class InboxTable {
    private static final String INSERT = """
            INSERT INTO troth_inbox (consumer, message_id, applied_at)
            SELECT $text, $text, $clock
            $dual
            $ifAbsent
            """;

    /** Not those of dead letters that are kept: one may have been applied all the same, and is replayed some day. */
    private static final String PURGEABLE = """
            SELECT message_id
            FROM troth_inbox
            WHERE consumer = ? AND applied_at < $now - ?
                AND NOT EXISTS (
                    SELECT 1
                    FROM troth_dead_letters letter
                    WHERE letter.consumer = troth_inbox.consumer AND letter.message_id = troth_inbox.message_id
                        AND letter.state = 'KEPT')
            ORDER BY applied_at
            $limit
            """;

    /** An id whose copies still come is kept on. Not at each of them: it is a write. */
    private static final String RENEW = """
            UPDATE troth_inbox
            SET applied_at = $clock
            WHERE consumer = ? AND message_id = ? AND applied_at < $now - ?
            """;

    private static final String DELETE = """
            DELETE FROM troth_inbox
            WHERE consumer = ? AND message_id = ? AND applied_at < $now - ?
            """;

    private final ErrorTable errors;
    private final String insert;
    private final String renew;
    private final String purgeable;
    private final String delete;

    InboxTable(Dialect dialect) {
        errors = dialect.errors();
        insert = dialect.fill(INSERT);
        renew = dialect.fill(RENEW);
        purgeable = dialect.fill(PURGEABLE);
        delete = dialect.fill(DELETE);
    }

    /** Returns whether the id is new. Waits for whoever is just inserting it. */
    boolean insert(Connection connection, String consumer, String id) throws SQLException {
        try (PreparedStatement note = connection.prepareStatement(insert)) {
            note.setString(1, consumer);
            note.setString(2, id);
            return note.executeUpdate() == 1;
        } catch (SQLException failure) {
            if (errors.duplicateKey(failure)) {
                return false;
            }
            throw failure;
        }
    }

    /** For so long a copy does not renew an id, which is why the id is kept for so much longer. */
    private static Duration unrenewed(Duration retention) {
        return retention.dividedBy(16);
    }

    /** Keeps an id that is there for its time from now on, unless it was noted just now; returns whether it did. */
    boolean renew(Connection connection, String consumer, String id, Duration retention) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(renew)) {
            update.setString(1, consumer);
            update.setString(2, id);
            update.setLong(3, unrenewed(retention).toMillis());
            return update.executeUpdate() == 1;
        }
    }

    /** Deletes by key: no scan holds locks that a new message would wait for. */
    int purge(Connection connection, String consumer, Duration retention, int limit) throws SQLException {
        int deleted = 0;
        Duration age = retention.plus(unrenewed(retention));
        try (PreparedStatement statement = connection.prepareStatement(delete)) {
            for (String id : purgeable(connection, consumer, age, limit)) {
                statement.setString(1, consumer);
                statement.setString(2, id);
                statement.setLong(3, age.toMillis());
                deleted += statement.executeUpdate();
            }
        }
        return deleted;
    }

    private List<String> purgeable(Connection connection, String consumer, Duration age, int limit)
            throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(purgeable)) {
            select.setString(1, consumer);
            select.setLong(2, age.toMillis());
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
