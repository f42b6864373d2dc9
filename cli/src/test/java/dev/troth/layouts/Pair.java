package dev.troth.layouts;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Participant;
import dev.troth.Troth;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.PostgresBranches;
import dev.troth.rabbitmq.QueueLayout;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/** Two services, each with a database, whose queues have one layout. */
final class Pair implements AutoCloseable {
    private static final String TEXT = "x".repeat(200);

    private final Troth writer;
    private final Troth reader;

    Pair(String uri, QueueLayout layout, HikariDataSource left, HikariDataSource right) {
        RabbitOptions options = RabbitOptions.uri(uri)
                .prefix(layout.toString().replace(' ', '-'))
                .queues(layout);
        reader = Troth.builder("reader")
                .transport(RabbitTransport.connect(options))
                .participant(Participant.named("reader")
                        .on(PostgresBranches.of(right))
                        .concurrency(16)
                        .handle(NewRow.class, (row, branch) -> insert(branch.connection(), row.id())))
                .start();
        writer = Troth.builder("writer")
                .transport(RabbitTransport.connect(options))
                .decisions(JdbcDecisionLog.on(left))
                .start();
    }

    private static void insert(Connection connection, long id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO written (id, body) VALUES (?, ?)")) {
            insert.setLong(1, id);
            insert.setString(2, TEXT);
            insert.executeUpdate();
        }
    }

    /** A row in both databases. */
    void write(long id) throws SQLException {
        writer.transact("write", tx -> {
            insert(tx.connection(), id);
            CompletableFuture<Void> unused = tx.enlist("reader", new NewRow(id, TEXT));
            return id;
        });
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
    }
}
