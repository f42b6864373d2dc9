package dev.troth.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

class DerbyInboxTest extends InboxContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    Pool freshPool() {
        return Pool.derby("memory:inbox" + NUMBER.incrementAndGet(), 8);
    }
}
