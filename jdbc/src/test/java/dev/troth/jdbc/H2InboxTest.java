package dev.troth.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

class H2InboxTest extends InboxContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    Pool freshPool() {
        return new Pool("jdbc:h2:mem:inbox" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000", 8);
    }
}
