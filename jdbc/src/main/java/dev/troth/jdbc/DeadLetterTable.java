package dev.troth.jdbc;

import dev.troth.protocol.Text;
import dev.troth.spi.DeadLetter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Every statement on troth_dead_letters. */
final class DeadLetterTable {
    private static final String INSERT = """
            INSERT INTO troth_dead_letters (attempts, reason, failure, headers, payload, content_type, correlation_id,
                kind, message_key, failed_at, state, consumer, message_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, $clock, 'KEPT', ?, ?)
            $ifAbsent
            """;

    private static final String UPDATE = """
            UPDATE troth_dead_letters
            SET attempts = ?, reason = ?, failure = ?, headers = ?, payload = ?, content_type = ?, correlation_id = ?,
                kind = ?, message_key = ?, failed_at = $clock, state = 'KEPT'
            WHERE consumer = ? AND message_id = ?
            """;

    private static final int MAX_REASON = 1_000;
    private static final int MAX_FAILURE = 8_000;

    private final Dialect dialect;

    DeadLetterTable(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Once per message; the last time counts. */
    boolean keep(Connection connection, String consumer, DeadLetter letter) throws SQLException {
        return write(connection, UPDATE, consumer, letter) || write(connection, INSERT, consumer, letter);
    }

    private boolean write(Connection connection, String statement, String consumer, DeadLetter letter)
            throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(dialect.fill(statement))) {
            write.setInt(1, letter.attempts());
            write.setString(2, Text.clip(letter.reason(), MAX_REASON));
            write.setString(
                    3,
                    letter.failure()
                            .substring(0, Math.min(MAX_FAILURE, letter.failure().length())));
            write.setString(4, headers(letter.envelope().headers()));
            write.setBytes(5, letter.envelope().body());
            write.setString(6, letter.envelope().contentType());
            write.setString(7, letter.envelope().correlationId());
            write.setString(8, letter.kind());
            write.setString(9, letter.key());
            write.setString(10, consumer);
            write.setString(11, letter.envelope().messageId());
            return write.executeUpdate() == 1;
        }
    }

    /** A line for each: headers hold no control characters. */
    private static String headers(Map<String, String> headers) {
        return new TreeMap<>(headers)
                .entrySet().stream()
                        .map(header -> header.getKey() + '=' + header.getValue())
                        .collect(Collectors.joining("\n"));
    }
}
