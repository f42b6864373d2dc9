package dev.troth.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

class DerbyDecisionLogTest extends JdbcDecisionLogContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    Pool freshPool() {
        return new Pool("jdbc:derby:memory:log" + NUMBER.incrementAndGet() + ";create=true", 8);
    }
}
