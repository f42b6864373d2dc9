package dev.troth.example.guide;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Subscriber;
import dev.troth.jdbc.Inbox;
import dev.troth.jdbc.TrothTables;
import dev.troth.testkit.idempotency.IdempotencyProof;
import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lines of docs/idempotency.md, word for word between the marks, run on a real PostgreSQL. */
class IdempotencyTest {
    @RegisterExtension
    static final PostgresServer postgres = PostgresServer.shared();

    private static final HikariDataSource database = new HikariDataSource();

    private final List<OrderPlaced> orders =
            List.of(new OrderPlaced("order-6", "ann", 10), new OrderPlaced("order-7", "ann", 20));

    @BeforeAll
    static void tables() throws SQLException {
        database.setJdbcUrl(postgres.freshDatabase());
        TrothTables.of(database).create();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE payments (order_id text, amount int)");
        }
    }

    @AfterAll
    static void close() {
        database.close();
    }

    // snippet
    @TestFactory
    Stream<DynamicTest> an_order_is_paid_once() {
        return IdempotencyProof.of(orders, OrderPlaced::id)
                .on(database)
                .empty("payments", "troth_inbox")
                .consumer(source -> new Payments(source)::apply)
                .effect("payments", "SELECT order_id, amount FROM payments")
                .tests();
    }
    // end

    // snippet
    @TestFactory
    Stream<DynamicTest> a_subscriber_takes_an_order_once() {
        return IdempotencyProof.of(orders, OrderPlaced::id)
                .keyed(OrderPlaced::customer)
                .on(database)
                .empty("payments", "troth_inbox")
                .subscriber(source -> Subscriber.named("payments")
                        .on(Inbox.on(source))
                        .handle(OrderPlaced.class, (order, incoming) -> Payments.insert(incoming.connection(), order)))
                .effect("payments", "SELECT order_id, amount FROM payments")
                .tests();
    }
    // end
}
