package dev.troth.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

class H2OutboxTest extends JdbcOutboxContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    Pool freshPool() {
        return new Pool("jdbc:h2:mem:outbox" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1", 8);
    }

    /** No session that waits can be ended, but it gives up after two seconds. */
    @Override
    String killed() {
        return "SELECT 1";
    }
}
