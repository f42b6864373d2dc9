package dev.troth.jdbc;

import dev.troth.spi.BranchStore;
import dev.troth.testkit.servers.MariaDbServer;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbBranchesContractTest extends JdbcBranchStoreContract {
    @RegisterExtension
    static final MariaDbServer SERVER = MariaDbServer.shared();

    @Override
    protected Features features() {
        return new Features(false, false);
    }

    @Override
    Pool freshPool() {
        return new Pool(SERVER.freshDatabase(), 12);
    }

    @Override
    BranchStore newStore(BranchOptions options) {
        return MariaDbBranches.of(pool().source(), options);
    }
}
