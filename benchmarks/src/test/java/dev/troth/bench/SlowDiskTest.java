package dev.troth.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlowDiskTest {
    private static final Duration DELAY = Duration.ofMillis(20);
    private static final int COMMITS = 20;

    @Test
    void every_commit_takes_as_long_as_the_disk() throws Exception {
        try (SlowDisk disk = SlowDisk.slowerBy(DELAY);
                PostgresServer server = PostgresServer.local()) {
            server.assumeAvailable();
            disk.environment().forEach(server::environment);
            server.start();
            try (Connection connection = DriverManager.getConnection(server.url());
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE t (n int)");
                long start = System.nanoTime();
                for (int i = 0; i < COMMITS; i++) {
                    statement.execute("INSERT INTO t VALUES (1)");
                }

                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isGreaterThanOrEqualTo(DELAY.multipliedBy(COMMITS));
            }
        }
    }
}
