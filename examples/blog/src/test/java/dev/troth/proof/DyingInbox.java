package dev.troth.proof;

import dev.troth.protocol.Refusal;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.DeadLetterStore;
import dev.troth.spi.InboxStore;

/** An inbox whose process ends after the commit of a message and before its acknowledgement. */
record DyingInbox(InboxStore inbox, Runnable end) implements InboxStore {
    @Override
    public void open() {
        inbox.open();
    }

    @Override
    public InboxStore named(String consumer) {
        return new DyingInbox(inbox.named(consumer), end);
    }

    @Override
    public <X extends Exception> boolean once(String messageId, Effect<X> effect) throws X {
        boolean applied = inbox.once(messageId, effect);
        end.run();
        return applied;
    }

    @Override
    public Refusal explain(Throwable failure) {
        return inbox.explain(failure);
    }

    @Override
    public void keep(DeadLetter letter) {
        inbox.keep(letter);
    }

    @Override
    public DeadLetterStore deadLetters() {
        return inbox.deadLetters();
    }

    @Override
    public void close() {
        inbox.close();
    }
}
