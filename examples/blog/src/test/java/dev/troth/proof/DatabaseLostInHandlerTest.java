package dev.troth.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.jdbc.TrothTables;
import dev.troth.message.Kind;
import dev.troth.message.Retry;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A subscriber's database that is lost while a handler works with it is the database's failure, and not the message's. */
@Timeout(120)
class DatabaseLostInHandlerTest {
    @RegisterExtension
    static final PostgresServer server = PostgresServer.shared();

    @RegisterExtension
    static final RabbitServer rabbit = RabbitServer.shared();

    @Kind("note.made")
    record NoteMade(int number) {}

    @Test
    void a_connection_lost_in_a_handler_does_not_count_as_an_attempt() throws Exception {
        AtomicInteger deliveries = new AtomicInteger();
        try (HikariDataSource database = Pools.pool(server.freshDatabase(), 12)) {
            TrothTables.of(database).create();
            try (Troth notes = Troth.builder("notes")
                            .transport(transport())
                            .subscriber(Subscriber.named("notes")
                                    .on(Inbox.on(database))
                                    .retry(Retry.none())
                                    .handle(NoteMade.class, (note, in) -> {
                                        if (deliveries.incrementAndGet() == 1) {
                                            execute(in.connection(), "SELECT pg_terminate_backend(pg_backend_pid())");
                                        }
                                        assertThat(in.attempt()).isEqualTo(1);
                                    }))
                            .start();
                    Troth service = Troth.builder("service")
                            .transport(transport())
                            .decisions(JdbcDecisionLog.on(database))
                            .outbox(Outbox.on(database))
                            .start()) {
                service.transact("make", tx -> {
                    tx.publish(new NoteMade(1));
                    return 1;
                });

                Waiting.until(() -> count(notes, "applied") + count(notes, "deadLetters") == 1);
                assertThat(count(notes, "applied")).isOne();
            }
        }
    }

    private static long count(Troth notes, String what) {
        return notes.health().subscribers().get("notes").counts().get(what);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static RabbitTransport transport() {
        return RabbitTransport.connect(RabbitOptions.uri(rabbit.uri()).prefix("database-lost"));
    }
}
