package dev.troth.jdbc;

import dev.troth.testkit.servers.MariaDbServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbIdempotencyTest extends IdempotencyContract {
    @RegisterExtension
    static final MariaDbServer SERVER = MariaDbServer.shared();

    @Override
    Pool freshPool() {
        return new Pool(SERVER.freshDatabase(), 8);
    }

    @Test
    void a_conflict_that_ends_in_another_delivery_is_no_failure() {
        proveThatConflictsAreNoFailure();
    }
}
