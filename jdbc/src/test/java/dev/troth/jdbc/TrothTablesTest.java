package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.troth.testkit.servers.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TrothTablesTest {
    @Test
    @Timeout(120)
    void creating_what_is_there_waits_for_no_branch_in_doubt() {
        String impatient = PostgresServer.shared().freshDatabase() + "&options=-c%20lock_timeout%3D2000";
        try (Pool pool = new Pool(impatient, 2)) {
            // given a prepared transaction that has written to Troth's tables, as a branch does
            TrothTables.of(pool.source()).create();
            pool.execute(
                    "BEGIN",
                    "INSERT INTO troth_branches (gid, branch, state, deadline, noted_at) VALUES ('g', 0, 'COMMITTED', 0, 0)",
                    "PREPARE TRANSACTION 'in-doubt'");

            // when a service starts that could finish it, then its start does not wait for what waits for it
            assertThatCode(() -> TrothTables.of(pool.source()).create()).doesNotThrowAnyException();
            pool.execute("ROLLBACK PREPARED 'in-doubt'");
        }
    }
}
