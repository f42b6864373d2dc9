package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.Gid;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.DecisionLog.LocalTransaction;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class InMemoryDecisionLogTest extends DecisionLogContract {
    private final InMemoryDecisionLog memory = new InMemoryDecisionLog(InstantSource.system());

    @Override
    protected DecisionLog log(Duration history, Duration margin) {
        return memory.withKeeping(history, margin);
    }

    @Test
    void a_crash_rolls_back_what_was_not_committed() {
        Gid gid = gid();
        LocalTransaction local = memory.begin();
        local.record(commit(gid));

        memory.crash();

        assertThatThrownBy(local::commit).isInstanceOf(StoreException.class);
        assertThat(memory.anotherInstance().read(gid)).isEmpty();
    }

    @Test
    void using_its_connection_is_an_error_that_names_a_store_of_a_database() {
        Connection connection = memory.begin().connection();

        assertThatThrownBy(connection::createStatement)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("PostgresBranches");
    }
}
