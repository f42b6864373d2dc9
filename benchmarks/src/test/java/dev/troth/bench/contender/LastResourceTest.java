package dev.troth.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.testkit.servers.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class LastResourceTest {
    @RegisterExtension
    static final PostgresServer server = PostgresServer.local().maxPreparedTransactions(10);

    @TempDir
    Path folder;

    @Test
    @Timeout(60)
    void who_has_lost_its_second_phase_ends_and_what_is_left_says_so() throws Exception {
        Properties other = new Properties();
        other.setProperty("limit", "3");
        List<String> urls = List.of(server.freshDatabase(), server.freshDatabase());
        tables(urls);
        LastResource contender = new LastResource(new Setting("", 1, urls, "", folder, other));
        contender.write(0, 1, "title", "content");
        contender.drain();

        try (Connection connection = DriverManager.getConnection(urls.get(1));
                Statement statement = connection.createStatement()) {
            long unused = number(
                    statement,
                    "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query NOT LIKE 'PREPARE%'");
            contender.write(0, 2, "title", "content");
            contender.drain();
            contender.close();

            assertThat(number(statement, "SELECT count(*) FROM reviews")).isEqualTo(1);
            assertThat(number(statement, "SELECT count(*) FROM pg_prepared_xacts"))
                    .isEqualTo(1);
            statement.execute("ROLLBACK PREPARED '" + word(statement, "SELECT gid FROM pg_prepared_xacts") + "'");
        }
    }

    private static void tables(List<String> urls) throws SQLException {
        for (String url : urls) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE blogs (title text, content text)");
                statement.execute("CREATE TABLE reviews (blog_id bigint, review_content text)");
                statement.execute("CREATE TABLE decisions (gid text PRIMARY KEY)");
            }
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        return Long.parseLong(word(statement, query));
    }

    private static String word(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
