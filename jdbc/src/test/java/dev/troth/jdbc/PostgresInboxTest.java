package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.StoreException;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;

class PostgresInboxTest extends InboxContract {
    @Override
    Pool freshPool() {
        return new Pool(PostgresServer.shared().freshDatabase(), 8);
    }

    @Test
    void a_commit_whose_connection_is_lost_is_told_by_the_next_delivery() throws SQLException {
        assertThatThrownBy(() -> inbox().once("m1", connection -> {
                    order(connection, "m1");
                    pool().execute("SELECT pg_terminate_backend(" + backend(connection) + ")");
                }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("'m1'")
                .hasMessageContaining("delivered again");

        AtomicBoolean again = new AtomicBoolean();
        boolean applied = inbox().once("m1", connection -> {
            again.set(true);
            order(connection, "m1");
        });

        assertThat(applied).isEqualTo(again.get());
        assertThat(orders()).isEqualTo(1);
    }

    @Test
    void an_effect_that_commits_within_a_text_of_several_statements_comes_to_nothing() throws SQLException {
        assertThatThrownBy(() -> inbox().once("m1", connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("INSERT INTO orders (name) VALUES ('half'); COMMIT");
                    }
                }))
                .hasMessageContaining("COMMIT would end the transaction of inbox 'default'");

        assertThat(orders()).isZero();
        assertThat(inbox().once("m1", connection -> order(connection, "m1"))).isTrue();
    }

    @Test
    void a_failed_statement_that_the_effect_swallowed_applies_nothing() throws SQLException {
        assertThatThrownBy(() -> inbox().once("m1", connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("INSERT INTO orders (name) VALUES (NULL)");
                    } catch (SQLException swallowed) {
                        assertThat(swallowed.getMessage()).contains("null value");
                    }
                }))
                .isInstanceOfSatisfying(
                        BranchFailedException.class,
                        failed -> assertThat(failed.refusal().reason()).isEqualTo(Reason.CONSTRAINT))
                .hasMessageContaining("null value");

        assertThat(inbox().once("m1", connection -> order(connection, "m1"))).isTrue();
    }

    @Test
    void a_failed_statement_on_the_drivers_own_connection_applies_nothing() throws SQLException {
        assertThatThrownBy(() -> inbox().once("m1", connection -> {
                    try (Statement statement =
                            connection.unwrap(PgConnection.class).createStatement()) {
                        statement.execute("SELECT 1 / 0");
                    } catch (SQLException swallowed) {
                        assertThat(swallowed.getMessage()).contains("division");
                    }
                }))
                .isInstanceOf(BranchFailedException.class);

        assertThat(inbox().once("m1", connection -> order(connection, "m1"))).isTrue();
    }

    @Test
    void an_effect_that_goes_back_to_a_savepoint_after_a_failure_is_applied() throws SQLException {
        boolean applied = inbox().once("m1", connection -> {
            Savepoint before = connection.setSavepoint();
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO orders (name) VALUES (NULL)");
            } catch (SQLException expected) {
                connection.rollback(before);
            }
            order(connection, "m1");
        });

        assertThat(applied).isTrue();
        assertThat(orders()).isEqualTo(1);
        assertThat(inbox().once("m1", connection -> order(connection, "again"))).isFalse();
    }

    @Test
    void a_constraint_that_is_checked_at_the_commit_is_told_with_its_reason() {
        pool().execute(
                        "ALTER TABLE orders ADD CONSTRAINT once UNIQUE (name) DEFERRABLE INITIALLY DEFERRED",
                        "INSERT INTO orders (name) VALUES ('taken')");

        assertThatThrownBy(() -> inbox().once("m1", connection -> order(connection, "taken")))
                .isInstanceOfSatisfying(
                        BranchFailedException.class,
                        failed -> assertThat(failed.refusal().reason()).isEqualTo(Reason.CONSTRAINT));
        assertThat(orders()).isEqualTo(1);
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
