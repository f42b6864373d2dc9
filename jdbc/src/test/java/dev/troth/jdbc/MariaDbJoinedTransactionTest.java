package dev.troth.jdbc;

import dev.troth.spi.BranchStore;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.MariaDbServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

class MariaDbJoinedTransactionTest extends JoinedTransactionContract {
    @RegisterExtension
    static final MariaDbServer SERVER = MariaDbServer.shared();

    @Override
    DatabaseServer server() {
        return SERVER;
    }

    @Override
    BranchStore branches(DataSource source) {
        return MariaDbBranches.of(source);
    }

    @Override
    String killStatement(Connection connection) throws SQLException {
        return "KILL " + one(connection, "SELECT CONNECTION_ID()");
    }

    /** Those of the whole server, on which nothing else runs. */
    @Override
    int prepared(Pool pool) {
        try (Connection connection = pool.source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("XA RECOVER")) {
            int found = 0;
            while (rows.next()) {
                found++;
            }
            return found;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
