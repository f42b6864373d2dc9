package dev.troth.jdbc;

import dev.troth.testkit.servers.PostgresServer;

class PostgresOutboxTest extends JdbcOutboxContract {
    @Override
    Pool freshPool() {
        return new Pool(PostgresServer.shared().freshDatabase(), 8);
    }
}
