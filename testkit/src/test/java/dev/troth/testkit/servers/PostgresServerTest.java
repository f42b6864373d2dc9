package dev.troth.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresServerTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.local();

    @Test
    void prepared_transactions_survive_a_kill() throws SQLException {
        String url = postgres.freshDatabase();
        Sql.execute(url, "CREATE TABLE t (n int)");
        Sql.execute(url, "BEGIN", "INSERT INTO t VALUES (1)", "PREPARE TRANSACTION 'kept'");
        int port = postgres.port();

        postgres.kill9();
        assertThat(postgres.isRunning()).isFalse();
        assertThatThrownBy(() -> Sql.ask(url, "SELECT 1")).isInstanceOf(SQLException.class);
        postgres.start();

        assertThat(postgres.port()).isEqualTo(port);
        assertThat(Sql.ask(url, "SELECT gid FROM pg_prepared_xacts")).isEqualTo("kept");
        Sql.execute(url, "COMMIT PREPARED 'kept'");
        assertThat(Sql.ask(url, "SELECT count(*) FROM t")).isEqualTo("1");
    }

    @Test
    void a_busy_child_does_not_outlive_a_kill() throws SQLException {
        String url = postgres.url();
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 1);
            // A tight loop never looks whether the postmaster still lives.
            assertThatThrownBy(() -> statement.execute("DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"))
                    .isInstanceOf(SQLException.class);
        }

        postgres.kill9();
        postgres.start();

        assertThat(Sql.ask(url, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %'"))
                .isEqualTo("0");
    }

    @Test
    void a_restart_keeps_port_and_data() throws SQLException {
        String url = postgres.createDatabase("kept");
        int port = postgres.port();

        postgres.restart();

        assertThat(postgres.port()).isEqualTo(port);
        assertThat(Sql.ask(url, "SELECT current_database()")).isEqualTo("kept");
    }

    @Test
    void a_paused_server_answers_nothing_until_it_is_resumed() throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url());
                var statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 300);

            postgres.pause();
            try {
                assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
            } finally {
                postgres.resume();
            }
        }
        assertThat(Sql.ask(postgres.url(), "SELECT 1")).isEqualTo("1");
    }

    @Test
    void it_is_durable_and_asks_for_a_password() throws SQLException {
        assertThat(Sql.ask(postgres.url(), "SHOW fsync")).isEqualTo("on");
        assertThat(Sql.ask(postgres.url(), "SHOW max_prepared_transactions")).isEqualTo("100");
        String wrong = postgres.url().replace(postgres.password(), "wrong");
        assertThatThrownBy(() -> Sql.ask(wrong, "SELECT 1"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    @Test
    void settings_apply_and_closing_removes_everything() throws SQLException {
        PostgresServer server = PostgresServer.local()
                .maxPreparedTransactions(0)
                .setting("lock_timeout", "7s")
                .start();
        Path home = server.home();
        assertThat(Sql.ask(server.url(), "SHOW max_prepared_transactions")).isEqualTo("0");
        assertThat(Sql.ask(server.url(), "SHOW lock_timeout")).isEqualTo("7s");

        server.close();
        server.close();

        assertThat(Files.exists(home)).isFalse();
        assertThatThrownBy(server::port).isInstanceOf(ServerException.class);
    }

    @Test
    void variables_of_the_environment_reach_the_server() throws SQLException {
        try (PostgresServer server = PostgresServer.local().environment("TROTH_TEST", "it's $HERE")) {
            server.start();
            Sql.execute(server.url(), "CREATE TABLE t (v text)", "COPY t FROM PROGRAM 'printenv TROTH_TEST'");

            assertThat(Sql.ask(server.url(), "SELECT v FROM t")).isEqualTo("it's $HERE");
        }
        assertThatThrownBy(() -> postgres.environment("A=B; true", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A=B; true");
    }

    @Test
    void a_server_that_does_not_start_shows_its_log() {
        try (PostgresServer server = PostgresServer.local().setting("shared_buffers", "much")) {
            assertThatThrownBy(server::start)
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("ended while it was starting")
                    .hasMessageContaining("shared_buffers");
        }
    }
}
