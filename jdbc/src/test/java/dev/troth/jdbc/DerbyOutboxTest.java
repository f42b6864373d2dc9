package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troth.spi.StoreException;
import org.junit.jupiter.api.Test;

class DerbyOutboxTest {
    @Test
    void derby_is_refused_with_the_reason() {
        try (Pool pool = Pool.derby("memory:outbox", 2)) {
            TrothTables.of(pool.source()).create();

            assertThatThrownBy(() -> Outbox.on(pool.source()).open())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("whoever reads there waits")
                    .hasMessageContaining("Use H2, PostgreSQL, MariaDB or MySQL");
        }
    }
}
