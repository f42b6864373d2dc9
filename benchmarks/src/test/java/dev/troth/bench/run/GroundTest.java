package dev.troth.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GroundTest {
    @RegisterExtension
    static final PostgresServer server = PostgresServer.local().maxPreparedTransactions(10);

    private List<String> urls = List.of();

    @BeforeEach
    void databases() throws SQLException {
        urls = List.of(server.freshDatabase(), server.freshDatabase());
    }

    @Test
    void what_was_answered_and_is_everywhere_once_is_right() throws SQLException {
        assertThat(right(new Answered(3, 6, 0), List.of(1L, 2L, 3L), List.of(3L, 1L, 2L)))
                .isTrue();
    }

    @Test
    void one_review_twice_and_one_lost_is_not_right_though_the_numbers_are_the_same() throws SQLException {
        assertThat(right(new Answered(3, 6, 0), List.of(1L, 2L, 3L), List.of(1L, 2L, 2L)))
                .isFalse();
        assertThat(right(new Answered(3, 6, 0), List.of(1L, 2L, 3L), List.of(2L, 2L, 2L)))
                .isFalse();
    }

    @Test
    void other_rows_than_those_that_were_answered_are_not_right() throws SQLException {
        assertThat(right(new Answered(3, 6, 0), List.of(1L, 2L, 4L), List.of(1L, 2L, 4L)))
                .isFalse();
    }

    @Test
    void of_calls_that_failed_one_in_a_thousand_may_have_written() {
        assertThat(new Answered(1_000, 0, 1).explains(1_000)).isTrue();
        assertThat(new Answered(1_000, 0, 1).explains(1_001)).isTrue();
        assertThat(new Answered(1_000, 0, 1).explains(1_002)).isFalse();
        assertThat(new Answered(1_000, 0, 1).explains(999)).isFalse();
        assertThat(new Answered(1_000, 0, 2).explains(1_000)).isFalse();
        assertThat(new Answered(0, 0, 0).explains(0)).isFalse();
    }

    private boolean right(Answered answered, List<Long> blogs, List<Long> reviews) throws SQLException {
        try (Ground ground = new Ground(urls)) {
            insert(
                    urls.get(0),
                    "INSERT INTO blogs (title) VALUES (?)",
                    blogs.stream().map(Ground::title).toList());
            insert(urls.get(1), "INSERT INTO reviews (blog_id) VALUES (?)", reviews);
            return ground.look(answered).right();
        } finally {
            databases();
        }
    }

    private static void insert(String url, String sql, List<?> values) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement insert = connection.prepareStatement(sql)) {
            for (Object value : values) {
                insert.setObject(1, value);
                insert.executeUpdate();
            }
        }
    }
}
