package dev.troth.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

class H2DeadLettersTest extends JdbcDeadLettersContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    Pool freshPool() {
        return new Pool("jdbc:h2:mem:letters" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1", 8);
    }
}
