package dev.troth.testkit;

import dev.troth.spi.InboxStore;
import java.time.InstantSource;

class InMemoryDeadLettersTest extends DeadLetterStoreContract {
    @Override
    protected InboxStore open() {
        return new InMemoryInbox(InstantSource.system());
    }
}
