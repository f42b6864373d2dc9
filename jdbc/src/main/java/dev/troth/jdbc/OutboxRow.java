package dev.troth.jdbc;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.spi.OutboxStore.Outgoing;
import dev.troth.spi.OutboxStore.Waiting;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/** A message as a row of troth_outbox. */
final class OutboxRow {
    private static final String TOPIC = "topic";
    private static final String SUBSCRIBER = "subscriber";

    private OutboxRow() {}

    /** Sets the parameters of the INSERT, in its order. */
    static void bind(PreparedStatement insert, int lane, Outgoing message) throws SQLException {
        Envelope envelope = message.envelope();
        insert.setInt(1, lane);
        insert.setString(2, envelope.messageId());
        insert.setString(3, message.to().name());
        insert.setString(4, message.key());
        insert.setString(5, message.kind());
        insert.setBytes(6, envelope.body());
        insert.setString(7, message.to() instanceof Address.Topic ? TOPIC : SUBSCRIBER);
        insert.setString(8, envelope.contentType());
        insert.setString(9, envelope.type());
        insert.setString(10, envelope.correlationId());
        insert.setString(11, HeaderLines.of(envelope.headers()));
        insert.setString(12, envelope.timeToLive().toString());
    }

    /**
     * Reads a row back.
     *
     * @throws IllegalArgumentException if it was written by somebody who knows more kinds of messages, or other rules
     */
    static Waiting read(ResultSet rows) throws SQLException {
        Envelope envelope = new Envelope(
                rows.getString("envelope_type"),
                rows.getString("id"),
                rows.getString("correlation_id"),
                rows.getString("content_type"),
                duration(rows.getString("time_to_live")),
                true,
                HeaderLines.read(rows.getString("headers")),
                rows.getBytes("payload"));
        Outgoing message = new Outgoing(
                address(rows.getString("target"), rows.getString("aggregatetype")),
                rows.getString("aggregateid"),
                rows.getString("type"),
                envelope);
        return new Waiting(rows.getLong("seq"), rows.getInt(1), message);
    }

    private static Address address(String target, String name) {
        return switch (target) {
            case TOPIC -> new Address.Topic(name);
            case SUBSCRIBER -> new Address.Subscriber(name);
            default -> throw new IllegalArgumentException("'" + target + "' is neither a topic nor a subscriber");
        };
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException failure) {
            throw new IllegalArgumentException("'" + text + "' is not a time to live", failure);
        }
    }
}
