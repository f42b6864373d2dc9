package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.spi.OutboxStore.Outgoing;
import dev.troth.spi.OutboxStore.Waiting;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an outbox keeps in a database that is a server: connections to it get lost. */
abstract class ServerOutboxContract extends JdbcOutboxContract {
    private final ExecutorService threads = Executors.newSingleThreadExecutor();

    /** A statement that ends the session that waits to delete that message, if there is one. */
    abstract String endSessionThatDeletes(long number);

    @Override
    @AfterEach
    protected void closeOutbox() {
        threads.shutdownNow();
        super.closeOutbox();
    }

    @Test
    void a_connection_that_is_lost_half_way_leaves_nothing_half_done() throws Exception {
        List<Outgoing> all = new ArrayList<>();
        for (int i = 0; i < 1_201; i++) {
            all.add(message("k" + i, "m" + i));
        }
        add(all.toArray(Outgoing[]::new));
        List<Waiting> messages = opened().next(ALL, 2_000);
        List<Long> numbers = messages.stream().map(Waiting::number).toList();
        long last = numbers.get(1_200);
        Connection locking = begin();
        try (Statement statement = locking.createStatement()) {
            statement.executeUpdate("UPDATE troth_outbox SET type = 'x' WHERE seq = " + last);
        }

        Future<?> sent = threads.submit(() -> opened().sent(numbers));
        while (!sent.isDone()) {
            pool().execute(endSessionThatDeletes(last));
        }
        rollback(locking);

        assertThatThrownBy(sent::get).hasCauseInstanceOf(StoreException.class);
        assertThat(opened().backlog().messages()).isEqualTo(1_201);
        opened().sent(numbers);
        assertThat(opened().backlog().messages()).isZero();
    }
}
