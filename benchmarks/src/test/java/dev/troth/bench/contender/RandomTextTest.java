package dev.troth.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RandomTextTest {
    private static final int LENGTH = 100_000;

    @RegisterExtension
    static final PostgresServer server = PostgresServer.local().maxPreparedTransactions(10);

    @Test
    void a_database_writes_about_as_much_as_it_was_given() throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.freshDatabase());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (content text)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
                insert.setString(1, RandomText.of(LENGTH));
                insert.executeUpdate();
            }
            try (ResultSet size = statement.executeQuery("SELECT pg_column_size(content) FROM t")) {
                size.next();
                assertThat(size.getInt(1)).isBetween(LENGTH * 9 / 10, LENGTH * 11 / 10);
            }
        }
    }

    @Test
    void it_is_the_same_in_every_run() {
        assertThat(RandomText.of(20)).hasSize(20).isEqualTo(RandomText.of(40).substring(0, 20));
    }
}
