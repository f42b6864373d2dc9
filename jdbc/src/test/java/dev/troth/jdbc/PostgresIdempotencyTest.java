package dev.troth.jdbc;

import dev.troth.testkit.servers.PostgresServer;
import org.junit.jupiter.api.Test;

class PostgresIdempotencyTest extends IdempotencyContract {
    @Override
    Pool freshPool() {
        return new Pool(PostgresServer.shared().freshDatabase(), 8);
    }

    @Test
    void a_conflict_that_ends_in_another_delivery_is_no_failure() {
        proveThatConflictsAreNoFailure();
    }
}
