package dev.troth.spring;

import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.PostgresServer;

class PostgresListenerTest extends ListenerContract {
    @Override
    DatabaseServer server() {
        return PostgresServer.shared();
    }
}
