package dev.troth.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

class DerbyDeadLettersTest extends JdbcDeadLettersContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    Pool freshPool() {
        return Pool.derby("memory:letters" + NUMBER.incrementAndGet(), 8);
    }
}
