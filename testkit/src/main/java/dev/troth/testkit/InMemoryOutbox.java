package dev.troth.testkit;

import dev.troth.spi.DecisionLog;
import dev.troth.spi.OutboxStore;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An outbox in memory, for tests. Messages are added on the connections of {@link InMemoryDecisionLog} and {@link InMemoryBranchStore}, whose
 * transactions carry them, or on those of {@link #begin()}. Several relays may share it. Its clock is given; what it answers depends on
 * nothing else than what it was told.
 */
public final class InMemoryOutbox implements OutboxStore {
    private final InstantSource clock;
    private final String identity;
    private final TreeMap<Long, Row> rows = new TreeMap<>(); // guarded by itself, as all that follows
    private final List<Lane> lanes =
            IntStream.range(0, LANES).mapToObj(lane -> new Lane()).toList();
    private long last;

    /** An empty outbox in the database of that log. */
    public InMemoryOutbox(InstantSource clock, DecisionLog beside) {
        this.clock = clock;
        this.identity = beside.open();
    }

    /** Begins a transaction in which messages can be added; nothing else can be done on its connection. */
    public Connection begin() {
        return new NoConnection().connection();
    }

    /** Commits a transaction: what was added in it waits to be sent. */
    public void commit(Connection connection) {
        NoConnection.of(connection).commit();
    }

    /** Rolls a transaction back. */
    public void rollback(Connection connection) {
        NoConnection.of(connection).rollback();
    }

    @Override
    public String open() {
        return identity;
    }

    @Override
    public void add(Connection connection, Outgoing message) {
        synchronized (rows) {
            long number = last + 1;
            Row row = new Row(number, message, clock.instant());
            NoConnection.of(connection).atCommit(() -> insert(row));
            last = number;
        }
    }

    private void insert(Row row) {
        synchronized (rows) {
            rows.put(row.number, row);
        }
    }

    @Override
    public boolean waiting() {
        synchronized (rows) {
            return IntStream.range(0, LANES)
                    .anyMatch(lane -> !next(Set.of(lane), 1).isEmpty());
        }
    }

    @Override
    public Set<Integer> lease(String relay, Set<Integer> wanted, Duration lease) {
        synchronized (rows) {
            Instant now = clock.instant();
            Set<Integer> leased = new TreeSet<>();
            for (int number : new TreeSet<>(wanted)) {
                Lane lane = lanes.get(number);
                if (lane.owner.equals(relay) || !lane.leaseUntil.isAfter(now)) {
                    lane.owner = relay;
                    lane.leaseUntil = now.plus(lease);
                    leased.add(number);
                }
            }
            return leased;
        }
    }

    @Override
    public void release(String relay) {
        synchronized (rows) {
            lanes.stream().filter(lane -> lane.owner.equals(relay)).forEach(lane -> {
                lane.owner = "";
                lane.leaseUntil = Instant.MIN;
            });
        }
    }

    @Override
    public List<Waiting> next(Set<Integer> wanted, int limit) {
        synchronized (rows) {
            Instant now = clock.instant();
            Set<String> failing = new TreeSet<>();
            failed().forEach(row -> failing.add(row.message.key()));
            List<Row> first = in(wanted)
                    .filter(row -> !failing.contains(row.message.key()))
                    .limit(limit)
                    .toList();
            List<Row> retries = in(wanted)
                    .filter(row -> row.attempts > 0 && !row.retryAt.isAfter(now))
                    .sorted(Comparator.comparing(row -> row.retryAt))
                    .limit(Math.max(limit - first.size(), (limit + 1) / 2))
                    .toList();
            List<Row> found = new ArrayList<>(first.subList(0, Math.min(first.size(), limit - retries.size())));
            found.addAll(retries);
            return found.stream()
                    .sorted(Comparator.comparing(row -> row.number))
                    .map(row -> new Waiting(row.number, row.attempts, row.message))
                    .toList();
        }
    }

    private Stream<Row> in(Set<Integer> wanted) {
        return rows.values().stream().filter(row -> wanted.contains(OutboxStore.lane(row.message.key())));
    }

    private Stream<Row> failed() {
        return rows.values().stream().filter(row -> row.attempts > 0);
    }

    @Override
    public void sent(Collection<Long> numbers) {
        synchronized (rows) {
            numbers.forEach(rows::remove);
        }
    }

    @Override
    public void failed(Waiting message, Duration pause, String reason) {
        synchronized (rows) {
            Row row = rows.get(message.number());
            if (row != null) {
                row.attempts++;
                row.retryAt = clock.instant().plus(pause);
                row.reason = reason;
            }
        }
    }

    @Override
    public Backlog backlog() {
        synchronized (rows) {
            Duration oldest = rows.isEmpty()
                    ? Duration.ZERO
                    : Duration.between(rows.firstEntry().getValue().addedAt, clock.instant());
            return new Backlog(rows.size(), oldest, failed().count());
        }
    }

    /** Why messages could not be sent, the oldest message first. */
    public List<String> reasons() {
        synchronized (rows) {
            return failed().map(row -> row.reason).toList();
        }
    }

    /** Does nothing. */
    @Override
    public void close() {}

    /** A lane, guarded by the rows. */
    private static final class Lane {
        private String owner = "";
        private Instant leaseUntil = Instant.MIN;
    }

    /** A message, guarded by the rows. */
    private static final class Row {
        private final long number;
        private final Outgoing message;
        private final Instant addedAt;
        private int attempts;
        private Instant retryAt = Instant.MIN;
        private String reason = "";

        Row(long number, Outgoing message, Instant addedAt) {
            this.number = number;
            this.message = message;
            this.addedAt = addedAt;
        }
    }
}
