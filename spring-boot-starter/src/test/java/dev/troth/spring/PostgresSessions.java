package dev.troth.spring;

import dev.troth.testkit.servers.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What an administrator of PostgreSQL sees and does. */
final class PostgresSessions {
    private PostgresSessions() {}

    /** Ends the sessions in which a transaction waits for its client. */
    static void killIdleInTransaction(SpringStage stage) {
        List<Boolean> killed = stage.review("""
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE state = 'idle in transaction' AND datname = '%s'
                """.formatted(stage.blogDatabase()));
        if (!killed.contains(true)) {
            throw new AssertionError("no session waits in a transaction");
        }
    }

    /** Whether the one blog is visible to others, who come by another way than the service. */
    static boolean hasCommitted(SpringStage stage) throws SQLException {
        String url = PostgresServer.shared().url(stage.blogDatabase());
        try (Connection direct = DriverManager.getConnection(url);
                Statement statement = direct.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM blogs")) {
            rows.next();
            return rows.getInt(1) == 1;
        }
    }
}
