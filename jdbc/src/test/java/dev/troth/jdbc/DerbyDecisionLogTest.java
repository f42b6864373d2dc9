package dev.troth.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

class DerbyDecisionLogTest extends JdbcDecisionLogContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    Pool freshPool() {
        return Pool.derby("memory:log" + NUMBER.incrementAndGet(), 8);
    }
}
