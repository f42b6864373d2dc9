package dev.troth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.troth.jdbc.TrothTables;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DoctorTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    @RegisterExtension
    static final MariaDbServer mariaDb = MariaDbServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    private static String databaseWithTables() {
        String url = postgres.freshDatabase();
        createTables(url);
        return url;
    }

    private static void createTables(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        try (HikariDataSource source = new HikariDataSource(config)) {
            TrothTables.of(source).create();
        }
    }

    private static void execute(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    @Test
    void a_healthy_service_is_ok_in_every_line() {
        Ran ran = Ran.troth("doctor", "--db", databaseWithTables(), "--amqp", rabbit.uri());

        assertThat(ran.out().lines()).allMatch(line -> line.startsWith("ok "), ran.out());
        assertThat(ran.out())
                .contains("tables", "clock", "prepared", "in doubt", "heuristics", "broker", "messages")
                .doesNotContain(rabbit.password(), postgres.password());
        assertThat(ran.status()).isZero();
    }

    @Test
    void missing_tables_fail_with_the_script_that_makes_them() {
        Ran ran = Ran.troth("doctor", "--db", postgres.freshDatabase());

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).contains("FAIL  tables", "postgresql-1.sql");
    }

    @Test
    void missing_tables_do_not_hide_what_else_is_missing() {
        Ran ran = Ran.troth("doctor", "--db", postgres.freshDatabase());

        assertThat(ran.out()).contains("FAIL  tables", "ok    prepared", "ok    durability");
    }

    @Test
    void what_is_no_url_of_such_a_database_is_said_so() {
        Ran ran = Ran.troth("doctor", "--db", "postgres://host/database?password=secret");

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).contains("'postgres:' is no JDBC URL", "jdbc:postgresql://host/database");
    }

    @Test
    void a_wrong_password_is_told_from_a_server_that_is_away() {
        String wrong = postgres.url().replaceFirst("password=[^&]*", "password=wrong");

        assertThat(Ran.troth("doctor", "--db", wrong).out()).contains("Check user and password.");
        assertThat(Ran.troth("doctor", "--db", "jdbc:postgresql://127.0.0.1:1/none")
                        .out())
                .contains("Check that the server runs");
    }

    @Test
    void mariadb_is_looked_at_too() {
        Ran ran = Ran.troth("doctor", "--db", mariaDb.freshDatabase());

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).contains("ok    database", "MariaDB", "mariadb-1.sql");
    }

    @Test
    void a_branch_that_somebody_finished_by_hand_fails() {
        String url = databaseWithTables();
        execute(url, """
                INSERT INTO troth_heuristics (gid, branch, decided, note, noticed_at) VALUES ('g', 0, 'COMMITTED', '', 0)
                """);

        Ran ran = Ran.troth("doctor", "--db", url);

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).contains("FAIL  heuristics", "-> Compare");
    }

    @Test
    void a_decision_that_is_owed_for_long_is_a_warning() {
        String url = databaseWithTables();
        execute(url, """
                INSERT INTO troth_decisions (gid, kind, outcome, owed, traceparent, deadline, decided_at, lease_until, heuristic)
                VALUES ('g', 'k', 'COMMITTED', '', '', 0, 0, 0, FALSE)
                """);

        Ran ran = Ran.troth("doctor", "--db", url);

        assertThat(ran.status()).isZero();
        assertThat(ran.out()).contains("WARN  decisions", "-> Start the participants");
    }

    @Test
    void messages_that_wait_for_long_and_dead_letters_are_warnings() {
        String url = databaseWithTables();
        execute(url, """
                INSERT INTO troth_outbox (lane, id, aggregatetype, aggregateid, type, payload, target, content_type,
                    envelope_type, correlation_id, headers, time_to_live, created_at)
                VALUES (0, 'm', 'blog.submitted', 'k', 'blog.submitted', '', 'topic', 'application/json', 'EVENT', 'c', '', 'PT0S', 0)
                """);
        execute(url, """
                INSERT INTO troth_dead_letters (consumer, message_id, kind, message_key, correlation_id, content_type, headers,
                    payload, attempts, failure_class, reason, failure, failed_at, state, settled_at, replays, version)
                VALUES ('notes', 'm', 'blog.submitted', 'k', 'c', 'application/json', '', '', 3, 'x', 'r', 'f', 0, 'KEPT', 0, 0, 1)
                """);

        Ran ran = Ran.troth("doctor", "--db", url);

        assertThat(ran.status()).isZero();
        assertThat(ran.out())
                .contains("WARN  outbox", "1 messages wait to be sent", "-> Start the service that wrote them")
                .contains("WARN  dead letters", "1 of subscriber 'notes'", "-> Read, mend, replay or discard");
    }

    @Test
    void a_server_that_cannot_prepare_is_a_warning_with_the_line_that_mends_it() {
        try (PostgresServer bare =
                PostgresServer.local().maxPreparedTransactions(0).start()) {
            createTables(bare.url());

            Ran ran = Ran.troth("doctor", "--db", bare.url());

            assertThat(ran.out()).contains("WARN  prepared", "ALTER SYSTEM SET max_prepared_transactions = 100;");
        }
    }

    @Test
    void what_is_away_fails_without_showing_a_password() {
        Ran ran = Ran.troth(
                "doctor",
                "--db",
                "jdbc:postgresql://127.0.0.1:1/x?user=me&password=geheim",
                "--amqp",
                rabbit.uri("troth", "wrong"));

        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.out()).contains("FAIL  database", "FAIL  broker").doesNotContain("geheim");
    }
}
