package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.admin.DeadLetterFilter;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PostgresDeadLettersTest extends JdbcDeadLettersContract {
    private static final int MANY = 20_000;

    @Override
    Pool freshPool() {
        return new Pool(PostgresServer.shared().freshDatabase(), 8);
    }

    @Test
    void many_letters_are_listed_and_grouped_by_index() throws SQLException {
        pool().execute("INSERT INTO troth_dead_letters (consumer, message_id, kind, message_key, correlation_id,"
                + " content_type, headers, payload, attempts, failure_class, reason, failure, failed_at,"
                + " state, settled_at, replays, version)"
                + " SELECT '" + consumer()
                + "', 'm' || i, 'kind' || i % 20, 'key' || i % 5000, 'c', 'application/json',"
                + " '', decode(repeat(md5(i::text), 20), 'hex'), 8, 'failure' || i % 3,"
                + " 'no ' || md5(i::text), repeat(md5(i::text), 50), i, 'KEPT', 0, 0, 1"
                + " FROM generate_series(1, " + MANY + ") i");
        try (Connection connection = pool().source().getConnection()) {
            connection.createStatement().execute("VACUUM ANALYZE troth_dead_letters");
            DeadLetterFilter kept = DeadLetterFilter.kept();

            assertThat(groups(connection)).contains("Index Only Scan").doesNotContain("Seq Scan");
            assertThat(newest(connection, kept))
                    .contains("troth_dead_letters_time")
                    .doesNotContain("Sort");
            assertThat(newest(connection, kept.withKind("kind1").withFailureClass("failure1")))
                    .contains("troth_dead_letters_group")
                    .doesNotContain("Seq Scan");
            assertThat(newest(connection, kept.withKey("key17")))
                    .contains("troth_dead_letters_key")
                    .doesNotContain("Seq Scan");
            assertThat(newest(connection, kept.before(Instant.ofEpochMilli(500))))
                    .contains("troth_dead_letters_time")
                    .doesNotContain("Seq Scan");
            assertThat(plan(connection, DeadLetterCondition.oldestFirst(consumer(), kept, Optional.empty())))
                    .contains("troth_dead_letters_time")
                    .doesNotContain("Seq Scan");
        }
    }

    private String groups(Connection connection) throws SQLException {
        try (PreparedStatement explain = connection.prepareStatement("EXPLAIN " + DeadLetterQueries.GROUPS)) {
            explain.setString(1, consumer());
            return lines(explain);
        }
    }

    private String newest(Connection connection, DeadLetterFilter filter) throws SQLException {
        return plan(connection, DeadLetterCondition.newestFirst(consumer(), filter));
    }

    private static String plan(Connection connection, DeadLetterCondition condition) throws SQLException {
        String sql = "EXPLAIN " + Dialect.POSTGRESQL.fill(condition.select());
        try (PreparedStatement explain = connection.prepareStatement(sql)) {
            explain.setInt(condition.bind(explain), 100);
            return lines(explain);
        }
    }

    private static String lines(PreparedStatement explain) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (ResultSet rows = explain.executeQuery()) {
            while (rows.next()) {
                plan.append(rows.getString(1)).append('\n');
            }
        }
        return plan.toString();
    }
}
