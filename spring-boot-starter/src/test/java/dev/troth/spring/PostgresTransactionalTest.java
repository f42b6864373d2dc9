package dev.troth.spring;

import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.PostgresServer;

class PostgresTransactionalTest extends TransactionalContract {
    @Override
    DatabaseServer server() {
        return PostgresServer.shared();
    }
}
