package dev.troth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.protocol.BranchId;
import dev.troth.spi.BranchStore;
import dev.troth.spi.BranchStore.Begun;
import dev.troth.spi.BranchStore.BranchWork;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class InMemoryBranchStoreTest extends BranchStoreContract {
    private final InMemoryBranchStore memory = new InMemoryBranchStore(InstantSource.system());

    @Override
    protected Features features() {
        return new Features(true, true);
    }

    @Override
    protected BranchStore store(Duration retention) {
        return memory.withRetention(retention);
    }

    @Override
    protected void write(BranchWork work, BranchId branch) {
        assertThat(work.connection()).isNotNull();
    }

    @Override
    protected void read(BranchWork work) {}

    @Override
    protected int applied(BranchId branch) {
        return Collections.frequency(memory.applied(), branch);
    }

    @Test
    void a_crash_forgets_what_was_at_work_and_nothing_else() throws Exception {
        BranchId atWork = branch();
        BranchId prepared = branch();
        prepare(prepared);
        BranchWork work = ((Begun.Started) memory.begin(atWork)).work();

        memory.crash();

        assertThatThrownBy(work::prepare).isInstanceOf(StoreException.class);
        assertThat(memory.anotherInstance().begin(atWork)).isInstanceOf(Begun.Started.class);
        assertThat(memory.anotherInstance().inDoubt()).hasSize(1);
    }

    @Test
    void using_its_connection_is_an_error_that_names_a_store_of_a_database() {
        Connection connection = started(branch()).connection();

        assertThatThrownBy(connection::createStatement)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("PostgresBranches");
    }
}
