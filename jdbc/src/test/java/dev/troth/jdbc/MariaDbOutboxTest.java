package dev.troth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troth.testkit.servers.MariaDbServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbOutboxTest extends ServerOutboxContract {
    @RegisterExtension
    static final MariaDbServer SERVER = MariaDbServer.shared();

    @Override
    Pool freshPool() {
        return new Pool(SERVER.freshDatabase(), 8);
    }

    /** The process list says at once what the tables of locks say only after nobody has asked for a while. */
    @Override
    String endSessionThatDeletes(long number) {
        return """
                BEGIN NOT ATOMIC
                    DECLARE CONTINUE HANDLER FOR 1094 BEGIN END;
                    FOR session IN (
                        SELECT id FROM information_schema.processlist
                        WHERE db = DATABASE() AND info LIKE 'DELETE o%%' AND info LIKE '%%, %d]%%')
                    DO KILL CONNECTION session.id; END FOR;
                END
                """.formatted(number);
    }

    @Test
    void looks_go_by_an_index_and_copy_nothing_even_while_the_tables_are_small() throws SQLException {
        add(message("k", "m1"), message("k", "m2"));

        List<String> plan = plan(new OutboxSql(Dialect.MARIADB).next(2), 3, 500, 4, 500, 500);

        assertThat(plan).filteredOn("troth_outbox_lane"::equals).hasSize(2);
        assertThat(plan).contains("PRIMARY", "DEPENDENT SUBQUERY").doesNotContain("MATERIALIZED");
    }

    /** For each table how it is read, and by which key. */
    private List<String> plan(String sql, int... parameters) throws SQLException {
        List<String> plan = new ArrayList<>();
        try (Connection connection = pool().source().getConnection();
                PreparedStatement explain = connection.prepareStatement("EXPLAIN " + sql)) {
            for (int i = 0; i < parameters.length; i++) {
                explain.setInt(i + 1, parameters[i]);
            }
            try (ResultSet rows = explain.executeQuery()) {
                while (rows.next()) {
                    plan.add(rows.getString("select_type"));
                    plan.add(String.valueOf(rows.getString("key")));
                }
            }
        }
        return plan;
    }
}
