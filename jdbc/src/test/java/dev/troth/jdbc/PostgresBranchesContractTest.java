package dev.troth.jdbc;

import dev.troth.testkit.servers.PostgresServer;

class PostgresBranchesContractTest extends JdbcBranchStoreContract {
    @Override
    protected Features features() {
        return new Features(true, true);
    }

    @Override
    Pool freshPool() {
        return new Pool(PostgresServer.shared().freshDatabase(), 8);
    }

    @Override
    dev.troth.spi.BranchStore newStore(BranchOptions options) {
        return PostgresBranches.of(pool().source(), options);
    }
}
