package dev.troth.jdbc;

import dev.troth.admin.DeadLetterState;
import dev.troth.admin.DeadLetterVerb;
import dev.troth.protocol.Text;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.DeadLetterStore.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Every statement that writes to troth_dead_letters. Each change makes its version larger by one. */
final class DeadLetterTable {
    private static final String INSERT = """
            INSERT INTO troth_dead_letters (attempts, failure_class, reason, failure, headers, payload, content_type,
                correlation_id, kind, message_key, failed_at, state, settled_at, replays, version, consumer, message_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, $clock, 'KEPT', 0, 0, 1, ?, ?)
            $ifAbsent
            """;

    private static final String EXISTS = """
            SELECT version
            FROM troth_dead_letters
            WHERE consumer = ? AND message_id = ?
            """;

    private static final String TOUCH = """
            UPDATE troth_dead_letters
            SET version = version + 1
            WHERE consumer = ? AND message_id = ?
            """;

    private static final String UPDATE = """
            UPDATE troth_dead_letters
            SET attempts = ?, failure_class = ?, reason = ?, failure = ?, headers = ?, payload = ?, content_type = ?,
                correlation_id = ?, kind = ?, message_key = ?, failed_at = $clock, state = 'KEPT', settled_at = 0
            WHERE consumer = ? AND message_id = ?
            """;

    private static final String SETTLE = """
            UPDATE troth_dead_letters
            SET state = ?, settled_at = $clock, replays = replays + ?, version = version + 1
            WHERE consumer = ? AND message_id = ? AND state = 'KEPT' AND version = ?
            """;

    private static final String COUNT_REPLAY = """
            UPDATE troth_dead_letters
            SET replays = replays + 1, version = version + 1
            WHERE consumer = ? AND message_id = ? AND state = 'KEPT'
            """;

    private static final String EDIT = """
            UPDATE troth_dead_letters
            SET payload = ?, version = version + 1
            WHERE consumer = ? AND message_id = ? AND state = 'KEPT' AND version = ?
            """;

    private static final String DELETE = """
            DELETE FROM troth_dead_letters
            WHERE consumer = ? AND message_id = ? AND settled_at > 0 AND settled_at < $clock - ?
            """;

    private static final int MAX_CLASS = 199; // and the mark of what was cut
    private static final int MAX_CORRELATION = 254;
    private static final int MAX_REASON = 1_000;
    private static final int MAX_FAILURE = 8_000;

    private final Dialect dialect;
    private final DeadLetterAudit audit;

    DeadLetterTable(Dialect dialect) {
        this.dialect = dialect;
        this.audit = new DeadLetterAudit(dialect);
    }

    /**
     * Once per message; the last time counts. Looks first: an UPDATE of no row locks a gap in MariaDB, and an INSERT of a second one a row.
     * What was there may be purged meanwhile, and what was not may be kept by another delivery.
     *
     * @return whether it is kept; if not, others changed it each time
     */
    boolean keep(Connection connection, String consumer, DeadLetter letter) throws SQLException {
        boolean there = exists(connection, consumer, letter.envelope().messageId());
        return (there && keepAgain(connection, consumer, letter))
                || insert(connection, consumer, letter)
                || keepAgain(connection, consumer, letter);
    }

    private static boolean exists(Connection connection, String consumer, String id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(EXISTS)) {
            select.setString(1, consumer);
            select.setString(2, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** The failure before goes to the history. The first statement locks the row. */
    private boolean keepAgain(Connection connection, String consumer, DeadLetter letter) throws SQLException {
        String id = letter.envelope().messageId();
        try (PreparedStatement touch = connection.prepareStatement(TOUCH)) {
            touch.setString(1, consumer);
            touch.setString(2, id);
            if (touch.executeUpdate() == 0) {
                return false;
            }
        }
        audit.failedBefore(connection, consumer, id);
        // The row is there and locked; a driver may not count it if it was the same before.
        boolean unused = write(connection, UPDATE, consumer, letter);
        return true;
    }

    private boolean insert(Connection connection, String consumer, DeadLetter letter) throws SQLException {
        try {
            return write(connection, INSERT, consumer, letter);
        } catch (SQLException failure) {
            if (dialect.errors().duplicateKey(failure)) {
                return false;
            }
            throw failure;
        }
    }

    private boolean write(Connection connection, String statement, String consumer, DeadLetter letter)
            throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(dialect.fill(statement))) {
            write.setInt(1, letter.attempts());
            write.setString(2, Text.clip(letter.failure().type(), MAX_CLASS));
            write.setString(3, Text.clip(letter.failure().reason(), MAX_REASON));
            write.setString(4, stack(letter.failure().stack()));
            write.setString(5, HeaderLines.of(letter.envelope().headers()));
            write.setBytes(6, letter.envelope().body());
            write.setString(7, letter.envelope().contentType());
            write.setString(8, Text.clip(letter.envelope().correlationId(), MAX_CORRELATION));
            write.setString(9, letter.kind());
            write.setString(10, letter.key());
            write.setString(11, consumer);
            write.setString(12, letter.envelope().messageId());
            return write.executeUpdate() == 1;
        }
    }

    /** No database takes more, and not all of them take a zero. */
    private static String stack(String text) {
        return text.substring(0, Math.min(MAX_FAILURE, text.length())).replace('\0', '.');
    }

    /** Returns whether it is settled now: it was kept, and as it was looked at. */
    boolean settle(Connection connection, String consumer, Step step, DeadLetterState state) throws SQLException {
        boolean replayed = state == DeadLetterState.REPLAYED;
        try (PreparedStatement settle = connection.prepareStatement(dialect.fill(SETTLE))) {
            settle.setString(1, state.name());
            settle.setInt(2, replayed ? 1 : 0);
            settle.setString(3, consumer);
            settle.setString(4, step.messageId());
            settle.setInt(5, step.version());
            if (settle.executeUpdate() == 0) {
                return false;
            }
        }
        audit.note(connection, consumer, step, replayed ? DeadLetterVerb.REPLAYED : DeadLetterVerb.DISCARDED);
        return true;
    }

    /** For one that was sent and has changed meanwhile; returns whether it is kept. */
    boolean countReplay(Connection connection, String consumer, Step step) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement(COUNT_REPLAY)) {
            count.setString(1, consumer);
            count.setString(2, step.messageId());
            if (count.executeUpdate() == 0) {
                return false;
            }
        }
        audit.note(connection, consumer, step, DeadLetterVerb.REPLAYED);
        return true;
    }

    /** Returns whether it has the new body now: it was kept, and as it was looked at. What was before is noted first. */
    boolean edit(Connection connection, String consumer, Step step, byte[] newBody) throws SQLException {
        byte[] before = audit.body(connection, consumer, step.messageId());
        try (PreparedStatement edit = connection.prepareStatement(EDIT)) {
            edit.setBytes(1, newBody);
            edit.setString(2, consumer);
            edit.setString(3, step.messageId());
            edit.setInt(4, step.version());
            if (edit.executeUpdate() == 0) {
                return false;
            }
        }
        audit.edited(connection, consumer, step, before);
        return true;
    }

    /** Returns whether it was there and still settled. */
    boolean delete(Connection connection, String consumer, String id, long settledForMillis) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(dialect.fill(DELETE))) {
            delete.setString(1, consumer);
            delete.setString(2, id);
            delete.setLong(3, settledForMillis);
            if (delete.executeUpdate() == 0) {
                return false;
            }
        }
        audit.delete(connection, consumer, id);
        return true;
    }
}
