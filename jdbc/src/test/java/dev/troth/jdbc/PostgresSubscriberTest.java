package dev.troth.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.Subscriber;
import dev.troth.Troth;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.message.Kind;
import dev.troth.message.Retry;
import dev.troth.testkit.InMemoryBroker;
import dev.troth.testkit.Waiting;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A subscriber whose inbox, outbox and log are in one PostgreSQL. */
@Timeout(120)
class PostgresSubscriberTest {
    private final Pool pool = new Pool(PostgresServer.shared().freshDatabase(), 8);
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile @Nullable Troth troth;

    @Kind("order.placed")
    record OrderPlaced(String name) {}

    @Kind("order.billed")
    record OrderBilled(String name) {}

    @BeforeEach
    void tables() {
        TrothTables.of(pool.source()).create();
    }

    @AfterEach
    void close() {
        requireNonNull(troth).close();
        pool.close();
    }

    /** The database refuses every further statement of a transaction in which one has failed: no outage, whatever meets it. */
    @Test
    void a_handler_that_publishes_after_a_failed_statement_does_not_look_like_an_outage() throws Exception {
        Troth orders = start();
        orders.transact("place", tx -> {
            tx.publish(new OrderPlaced("a"));
            return "done";
        });

        Waiting.until(() ->
                !orders.deadLetters("orders").list(DeadLetterFilter.kept(), 1).isEmpty());
        assertThat(attempts).hasValue(3);
    }

    private Troth start() {
        Troth started = Troth.builder("orders")
                .transport(InMemoryBroker.inRealTime().connect())
                .decisions(JdbcDecisionLog.on(pool.source()))
                .outbox(Outbox.on(pool.source()))
                .subscriber(Subscriber.named("orders")
                        .on(Inbox.on(pool.source()))
                        .retry(Retry.immediately(3))
                        .handle(OrderPlaced.class, (order, in) -> {
                            attempts.incrementAndGet();
                            try (Statement statement = in.connection().createStatement()) {
                                statement.execute("INSERT INTO nowhere VALUES (1)");
                            } catch (SQLException swallowed) {
                                requireNonNull(troth).publish(in.connection(), new OrderBilled(order.name()));
                            }
                        }))
                .start();
        troth = started;
        return started;
    }
}
