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

class MariaDbServerTest {
    @RegisterExtension
    static final MariaDbServer mariadb = MariaDbServer.local();

    @Test
    void prepared_transactions_survive_a_kill() throws SQLException {
        String url = mariadb.freshDatabase();
        Sql.execute(url, "CREATE TABLE t (n int) ENGINE=InnoDB");
        Sql.execute(url, "XA START 'kept'", "INSERT INTO t VALUES (1)", "XA END 'kept'", "XA PREPARE 'kept'");
        int port = mariadb.port();

        mariadb.kill9();
        assertThat(mariadb.isRunning()).isFalse();
        mariadb.start();

        assertThat(mariadb.port()).isEqualTo(port);
        Sql.execute(url, "XA COMMIT 'kept'");
        assertThat(Sql.ask(url, "SELECT count(*) FROM t")).isEqualTo("1");
    }

    @Test
    void a_restart_keeps_port_data_and_account() throws SQLException {
        String url = mariadb.createDatabase("kept");

        mariadb.restart();

        assertThat(Sql.ask(url, "SELECT database()")).isEqualTo("kept");
    }

    @Test
    void a_paused_server_answers_nothing_until_it_is_resumed() throws SQLException {
        try (Connection connection = DriverManager.getConnection(mariadb.url());
                var statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 300);

            mariadb.pause();
            try {
                assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
            } finally {
                mariadb.resume();
            }
        }
        assertThat(Sql.ask(mariadb.url(), "SELECT 1")).isEqualTo("1");
    }

    @Test
    void it_is_durable_and_has_one_account_with_a_password() throws SQLException {
        assertThat(Sql.ask(mariadb.url(), "SELECT @@innodb_flush_log_at_trx_commit"))
                .isEqualTo("1");
        assertThat(Sql.ask(
                        mariadb.url(), "SELECT group_concat(User) FROM mysql.global_priv WHERE User <> 'mariadb.sys'"))
                .isEqualTo(mariadb.user());
        String wrong = mariadb.url().replace(mariadb.password(), "wrong");
        assertThatThrownBy(() -> Sql.ask(wrong, "SELECT 1"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1045));
    }

    @Test
    void settings_apply_and_closing_removes_everything() throws SQLException {
        MariaDbServer server =
                MariaDbServer.local().setting("innodb-lock-wait-timeout", "7").start();
        Path home = server.home();
        assertThat(Sql.ask(server.url(), "SELECT @@innodb_lock_wait_timeout")).isEqualTo("7");

        server.close();

        assertThat(Files.exists(home)).isFalse();
    }

    @Test
    void a_server_that_does_not_start_shows_its_log() {
        try (MariaDbServer server = MariaDbServer.local().setting("no-such-option", "1")) {
            assertThatThrownBy(server::start)
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("ended while it was starting")
                    .hasMessageContaining("no-such-option");
        }
    }
}
