package dev.troth.bench.events;

import dev.troth.protocol.Refusal;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.DeadLetterStore;
import dev.troth.spi.InboxStore;
import java.util.function.Consumer;

/** An inbox that tells when a message was applied. */
record Watched(InboxStore inbox, Consumer<String> applied) implements InboxStore {
    @Override
    public void open() {
        inbox.open();
    }

    @Override
    public InboxStore named(String consumer) {
        return new Watched(inbox.named(consumer), applied);
    }

    @Override
    public <X extends Exception> boolean once(String messageId, Effect<X> effect) throws X {
        boolean now = inbox.once(messageId, effect);
        if (now) {
            applied.accept(messageId);
        }
        return now;
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
