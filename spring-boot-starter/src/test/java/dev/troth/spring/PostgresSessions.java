package dev.troth.spring;

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

    /** Whether the one blog is visible to others. */
    static boolean hasCommitted(SpringStage stage) {
        return stage.review("SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = '%s' AND backend_xid IS NOT NULL"
                        .formatted(stage.blogDatabase()))
                .get(0);
    }
}
