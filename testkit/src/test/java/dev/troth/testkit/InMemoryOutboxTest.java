package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Gid;
import dev.troth.spi.BranchStore.Begun;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.DecisionLog.LocalTransaction;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.StoreException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class InMemoryOutboxTest extends OutboxContract {
    private final InMemoryOutbox memory =
            new InMemoryOutbox(InstantSource.system(), new InMemoryDecisionLog(InstantSource.system()));

    @Override
    protected OutboxStore outbox() {
        return memory;
    }

    @Override
    protected Connection begin() {
        return memory.begin();
    }

    @Override
    protected void commit(Connection connection) {
        memory.commit(connection);
    }

    @Override
    protected void rollback(Connection connection) {
        memory.rollback(connection);
    }

    @Test
    void messages_come_and_go_with_the_local_transaction_of_a_log_in_memory() {
        InMemoryDecisionLog log = new InMemoryDecisionLog(InstantSource.system());
        try (LocalTransaction local = log.begin()) {
            memory.add(local.connection(), message("k", "rolled back"));
        }
        try (LocalTransaction local = log.begin()) {
            memory.add(local.connection(), message("k", "committed"));
            assertThat(next()).isEmpty();
            local.commit();
        }

        assertThat(next()).containsExactly("committed");
    }

    @Test
    void messages_come_and_go_with_the_branch_of_a_store_in_memory() throws Exception {
        InMemoryBranchStore store = new InMemoryBranchStore(InstantSource.system());
        Gid gid = new Gid(
                "blog", "k3f9q2", "01234567", store.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS), 1);
        for (int number = 0; number < 2; number++) {
            BranchWork work = ((Begun.Started) store.begin(new BranchId(gid, number))).work();
            memory.add(work.connection(), message("k", "branch" + number));
            work.prepare();
            assertThatThrownBy(() -> memory.add(work.connection(), message("k", "late")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("has ended");
        }
        assertThat(next()).isEmpty();

        store.rollback(new BranchId(gid, 0));
        store.commit(new BranchId(gid, 1));

        assertThat(next()).containsExactly("branch1");
    }

    @Test
    void the_connection_of_a_database_is_refused() {
        Connection real = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> method.getName());

        assertThatThrownBy(() -> memory.add(real, message("k", "m1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connection of a database");
    }

    @Test
    void why_messages_failed_is_told() {
        add(message("k", "m1"), message("other", "m2"));
        memory.failed(find("m1"), Duration.ofHours(1), "no such queue");

        assertThat(memory.reasons()).containsExactly("no such queue");
    }
}
