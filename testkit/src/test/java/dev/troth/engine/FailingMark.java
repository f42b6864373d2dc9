package dev.troth.engine;

import dev.troth.admin.DeadLetterDetails;
import dev.troth.admin.DeadLetterFilter;
import dev.troth.admin.DeadLetterGroup;
import dev.troth.admin.DeadLetterSummary;
import dev.troth.protocol.Refusal;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.DeadLetterStore;
import dev.troth.spi.InboxStore;
import dev.troth.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** An inbox whose service dies between a send and its mark, as often as it is told to, or does something else there. */
record FailingMark(InboxStore real, AtomicInteger deaths, Runnable beforeMark) implements InboxStore {
    @Override
    public void open() {
        real.open();
    }

    @Override
    public InboxStore named(String consumer) {
        return new FailingMark(real.named(consumer), deaths, beforeMark);
    }

    @Override
    public <X extends Exception> boolean once(String messageId, Effect<X> effect) throws X {
        return real.once(messageId, effect);
    }

    @Override
    public Refusal explain(Throwable failure) {
        return real.explain(failure);
    }

    @Override
    public void keep(DeadLetter letter) {
        real.keep(letter);
    }

    @Override
    public DeadLetterStore deadLetters() {
        return new Letters(real.deadLetters(), deaths, beforeMark);
    }

    @Override
    public void close() {
        real.close();
    }

    private record Letters(DeadLetterStore real, AtomicInteger deaths, Runnable beforeMark) implements DeadLetterStore {
        @Override
        public Instant now() {
            return real.now();
        }

        @Override
        public List<DeadLetterGroup> groups() {
            return real.groups();
        }

        @Override
        public List<DeadLetterSummary> list(DeadLetterFilter filter, int limit) {
            return real.list(filter, limit);
        }

        @Override
        public List<DeadLetterSummary> next(DeadLetterFilter filter, Optional<DeadLetterSummary> after, int limit) {
            return real.next(filter, after, limit);
        }

        @Override
        public Optional<DeadLetterDetails> find(String messageId) {
            return real.find(messageId);
        }

        @Override
        public Marked replayed(Step step) {
            if (deaths.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new StoreException("the service dies here", null);
            }
            beforeMark.run();
            return real.replayed(step);
        }

        @Override
        public boolean discarded(Step step) {
            return real.discarded(step);
        }

        @Override
        public boolean edited(Step step, byte[] newBody) {
            return real.edited(step, newBody);
        }

        @Override
        public int purge(Duration settledFor, int limit) {
            return real.purge(settledFor, limit);
        }
    }
}
