package dev.troth.spring;

import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.PostgresServer;

class PostgresHandlerTest extends HandlerContract {
    @Override
    DatabaseServer server() {
        return PostgresServer.shared();
    }
}
