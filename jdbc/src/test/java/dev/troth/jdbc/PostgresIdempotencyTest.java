package dev.troth.jdbc;

import dev.troth.testkit.servers.PostgresServer;

class PostgresIdempotencyTest extends IdempotencyContract {
    @Override
    Pool freshPool() {
        return new Pool(PostgresServer.shared().freshDatabase(), 8);
    }
}
