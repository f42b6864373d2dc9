package dev.troth.spring;

import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.MariaDbServer;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbListenerTest extends ListenerContract {
    @RegisterExtension
    static final MariaDbServer SERVER = MariaDbServer.shared();

    @Override
    DatabaseServer server() {
        return SERVER;
    }
}
