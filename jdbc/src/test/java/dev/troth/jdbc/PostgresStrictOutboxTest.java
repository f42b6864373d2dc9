package dev.troth.jdbc;

import dev.troth.testkit.servers.PostgresServer;

/** Where every connection of the users' is serializable, whoever relays must not make their transactions fail, nor fail itself. */
class PostgresStrictOutboxTest extends ServerOutboxContract {
    @Override
    Pool freshPool() {
        return new Pool(PostgresServer.shared().freshDatabase(), 8, "TRANSACTION_SERIALIZABLE");
    }

    @Override
    String endSessionThatDeletes(long number) {
        return "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'";
    }
}
