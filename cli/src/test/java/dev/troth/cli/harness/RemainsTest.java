package dev.troth.cli.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RemainsTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final MariaDbServer mariaDb = MariaDbServer.shared();

    static Stream<DatabaseServer> databases() {
        return Stream.of(postgres, mariaDb);
    }

    @ParameterizedTest
    @MethodSource("databases")
    void an_open_transaction_is_seen_and_its_end_too_however_often_one_looks(DatabaseServer server)
            throws SQLException {
        String url = server.freshDatabase();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE troth_decisions (outcome VARCHAR(9), done_at BIGINT)");
            statement.execute("CREATE TABLE troth_heuristics (gid VARCHAR(9))");
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO troth_heuristics VALUES ('x')");

            assertThat(Remains.of(url)).contains("open=1");
            connection.rollback();

            Polling.untilNothing(Duration.ofSeconds(60), () -> Remains.of(url));
        }
    }
}
