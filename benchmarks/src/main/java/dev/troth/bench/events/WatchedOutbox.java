package dev.troth.bench.events;

import dev.troth.spi.OutboxStore;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** An outbox that counts what was sent: to ask the database for that would be work beside the work. */
record WatchedOutbox(OutboxStore outbox, CountDownLatch left) implements OutboxStore {
    @Override
    public String open() {
        return outbox.open();
    }

    @Override
    public void add(Connection connection, Outgoing message) {
        outbox.add(connection, message);
    }

    @Override
    public boolean waiting() {
        return outbox.waiting();
    }

    @Override
    public Set<Integer> lease(String relay, Set<Integer> lanes, Duration lease) {
        return outbox.lease(relay, lanes, lease);
    }

    @Override
    public void release(String relay) {
        outbox.release(relay);
    }

    @Override
    public List<Waiting> next(Set<Integer> lanes, int limit) {
        return outbox.next(lanes, limit);
    }

    @Override
    public void sent(Collection<Long> numbers) {
        outbox.sent(numbers);
        numbers.forEach(number -> left.countDown());
    }

    @Override
    public void failed(Waiting message, Duration pause, String reason) {
        outbox.failed(message, pause, reason);
    }

    @Override
    public Backlog backlog() {
        return outbox.backlog();
    }

    @Override
    public void close() {
        outbox.close();
    }
}
