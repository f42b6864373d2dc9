package dev.troth.jdbc;

import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterSummary;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A filter of dead letters as SQL: every part of it that is set, and what its parameters are. */
final class DeadLetterCondition {
    private static final String COLUMNS = """
            SELECT message_id, kind, message_key, failure_class, reason, attempts, replays, failed_at, state
            FROM troth_dead_letters
            WHERE consumer = ? AND state = ?
            """;

    private final StringBuilder sql = new StringBuilder(COLUMNS);
    private final List<Object> parameters = new ArrayList<>();
    private final String order;

    private DeadLetterCondition(String consumer, DeadLetterFilter filter, String order) {
        this.order = order;
        parameters.add(consumer);
        parameters.add(filter.state().name());
        filter.kind().ifPresent(kind -> and("kind = ?", kind));
        filter.failureClass().ifPresent(type -> and("failure_class = ?", type));
        filter.key().ifPresent(key -> and("message_key = ?", key));
        filter.since().ifPresent(since -> and("failed_at >= ?", since.toEpochMilli()));
        filter.before().ifPresent(before -> and("failed_at < ?", before.toEpochMilli()));
        filter.text().ifPresent(text -> and("LOWER(reason) LIKE ? ESCAPE '!'", '%' + literally(text) + '%'));
    }

    static DeadLetterCondition newestFirst(String consumer, DeadLetterFilter filter) {
        return new DeadLetterCondition(consumer, filter, "ORDER BY failed_at DESC, message_id DESC\n$limit");
    }

    /** Those behind that letter. */
    static DeadLetterCondition oldestFirst(
            String consumer, DeadLetterFilter filter, Optional<DeadLetterSummary> after) {
        DeadLetterCondition condition =
                new DeadLetterCondition(consumer, filter, "ORDER BY failed_at, message_id\n$limit");
        after.ifPresent(last -> {
            long time = last.failedAt().toEpochMilli();
            condition.and("failed_at >= ?", time);
            condition.and("(failed_at > ? OR message_id > ?)", time, last.messageId());
        });
        return condition;
    }

    private void and(String condition, Object... values) {
        sql.append("AND ").append(condition).append('\n');
        parameters.addAll(List.of(values));
    }

    private static String literally(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replace("!", "!!")
                .replace("%", "!%")
                .replace("_", "!_");
    }

    String select() {
        return sql + order;
    }

    /** Returns the number of the next parameter. */
    int bind(PreparedStatement select) throws SQLException {
        int next = 1;
        for (Object value : parameters) {
            select.setObject(next, value);
            next++;
        }
        return next;
    }
}
