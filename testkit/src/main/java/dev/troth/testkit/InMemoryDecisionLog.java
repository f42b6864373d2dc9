package dev.troth.testkit;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A decision log in memory, for tests. Several instances may share what is durable ({@link #anotherInstance()}), and one may die
 * ({@link #crash()}): then its open local transactions are gone and everything that was committed is still there. Its rules
 * are {@link LogRules}; its clock is given. Local work has no connection but for {@link InMemoryOutbox}.
 */
public final class InMemoryDecisionLog implements DecisionLog {
    private final Durable durable;
    private final InstantSource clock;
    private final Duration history;
    private final Duration margin;
    private final Set<Local> open = new HashSet<>();

    /** An empty log with a history of 7 days and a margin of 10 minutes. */
    public InMemoryDecisionLog(InstantSource clock) {
        this(clock, Duration.ofDays(7), Duration.ofMinutes(10));
    }

    /** An empty log. */
    public InMemoryDecisionLog(InstantSource clock, Duration history, Duration margin) {
        this(new Durable(), clock, history, margin);
    }

    private InMemoryDecisionLog(Durable durable, InstantSource clock, Duration history, Duration margin) {
        this.durable = durable;
        this.clock = clock;
        this.history = history;
        this.margin = margin;
    }

    /** Another instance of the service with the same log. */
    public InMemoryDecisionLog anotherInstance() {
        return withKeeping(history, margin);
    }

    /** Another instance with the same log that purges after other times. */
    public InMemoryDecisionLog withKeeping(Duration otherHistory, Duration otherMargin) {
        return new InMemoryDecisionLog(durable, clock, otherHistory, otherMargin);
    }

    /** The decisions that somebody is still owed, whoever has a lease on them. */
    public List<CommitRecord> unfinished() {
        synchronized (durable) {
            return durable.entries.values().stream()
                    .filter(entry -> entry.outcome == Outcome.COMMITTED && entry.doneAt == null)
                    .map(entry -> entry.record)
                    .toList();
        }
    }

    /** The instance dies: its open local transactions roll back. Another instance goes on. */
    public void crash() {
        synchronized (durable) {
            List.copyOf(open).forEach(Local::rollback);
        }
    }

    @Override
    public String open() {
        return durable.identity;
    }

    @Override
    public LocalTransaction begin() {
        synchronized (durable) {
            Local local = new Local();
            open.add(local);
            return local;
        }
    }

    @Override
    public Recorded record(CommitRecord commit) {
        synchronized (durable) {
            awaitWriter(commit.gid());
            Recorded recorded = LogRules.decide(row(commit.gid()), commit.gid(), now());
            if (recorded == Recorded.RECORDED) {
                durable.entries.putIfAbsent(commit.gid(), Entry.committed(commit, now()));
            }
            return recorded;
        }
    }

    @Override
    public DecisionRow resolve(Gid gid) {
        synchronized (durable) {
            awaitWriter(gid);
            Entry entry = durable.entries.get(gid);
            if (entry == null) {
                entry = new Entry(new CommitRecord(gid, "", List.of(), ""), LogRules.resolve(Optional.empty()), now());
                durable.entries.put(gid, entry);
            }
            return entry.row();
        }
    }

    /** As a database does it: whoever inserts the same key waits for the transaction that has inserted it. */
    private void awaitWriter(Gid gid) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (durable.writing.containsKey(gid)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new StoreException(
                        "The decision of " + gid + " is being written by a transaction that does not end", null);
            }
            try {
                durable.wait(left);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new StoreException("Interrupted while waiting for the decision of " + gid, interrupted);
            }
        }
    }

    @Override
    public Optional<DecisionRow> read(Gid gid) {
        synchronized (durable) {
            return row(gid);
        }
    }

    private Optional<DecisionRow> row(Gid gid) {
        return Optional.ofNullable(durable.entries.get(gid)).map(Entry::row);
    }

    @Override
    public List<CommitRecord> owed(Duration olderThan, Duration lease, int limit) {
        synchronized (durable) {
            Instant now = now();
            List<Entry> found = durable.entries.values().stream()
                    .filter(entry -> entry.isOwed(now, olderThan))
                    .sorted(Comparator.comparing(
                            entry -> entry.leaseUntil)) // stable: the oldest of the same lease first
                    .limit(limit)
                    .toList();
            found.forEach(entry -> entry.leaseUntil = now.plus(lease));
            return found.stream().map(entry -> entry.record).toList();
        }
    }

    @Override
    public Optional<Owing> owing() {
        synchronized (durable) {
            List<Instant> decided = durable.entries.values().stream()
                    .filter(entry -> entry.outcome == Outcome.COMMITTED && entry.doneAt == null)
                    .map(entry -> entry.decidedAt)
                    .sorted()
                    .toList();
            Duration oldest = decided.isEmpty() ? Duration.ZERO : Duration.between(decided.get(0), now());
            return Optional.of(new Owing(decided.size(), oldest));
        }
    }

    @Override
    public void done(Collection<Gid> gids) {
        synchronized (durable) {
            for (Gid gid : gids) {
                Entry entry = durable.entries.get(gid);
                if (entry != null && entry.outcome == Outcome.COMMITTED && entry.doneAt == null) {
                    entry.doneAt = now();
                }
            }
        }
    }

    @Override
    public void reported(CommitRecord logged, Set<Integer> branches) {
        synchronized (durable) {
            Entry entry = durable.entries.get(logged.gid());
            if (entry != null
                    && entry.outcome == Outcome.COMMITTED
                    && entry.doneAt == null
                    && entry.record.numbers().equals(logged.numbers())) {
                entry.record = entry.record.without(branches);
            }
        }
    }

    @Override
    public void heuristic(Gid gid) {
        synchronized (durable) {
            Entry entry = durable.entries.get(gid);
            if (entry != null) {
                entry.heuristic = true;
            }
        }
    }

    @Override
    public Instant forgottenUntil() {
        synchronized (durable) {
            return durable.forgottenUntil;
        }
    }

    @Override
    public int purge(int limit) {
        synchronized (durable) {
            Instant now = now();
            List<DecisionRow> gone = durable.entries.values().stream()
                    .map(Entry::row)
                    .filter(row -> LogRules.mayPurge(row, now, margin, history))
                    .limit(limit)
                    .toList();
            gone.forEach(durable::forget);
            return gone.size();
        }
    }

    @Override
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Does nothing. */
    @Override
    public void close() {}

    /** What every instance shares, guarded by itself. */
    private static final class Durable {
        private static final AtomicInteger NUMBER = new AtomicInteger();

        private final String identity =
                "mem" + Integer.toString(36 * 36 + NUMBER.getAndIncrement() % (35 * 36 * 36), 36);
        private final Map<Gid, Entry> entries = new LinkedHashMap<>();
        private final Map<Gid, Local> writing = new HashMap<>();
        private Instant forgottenUntil = Instant.EPOCH;

        private void forget(DecisionRow row) {
            entries.remove(row.gid());
            Instant deadline = row.gid().deadline();
            if (row.outcome() == Outcome.COMMITTED && deadline.isAfter(forgottenUntil)) {
                forgottenUntil = deadline;
            }
        }
    }

    /** A row with what only this log needs; guarded by the durable state that it is in. */
    private static final class Entry {
        private CommitRecord record;
        private final Outcome outcome;
        private final Instant decidedAt;
        private Instant leaseUntil = Instant.MIN;
        private @Nullable Instant doneAt;
        private boolean heuristic;

        private Entry(CommitRecord record, Outcome outcome, Instant decidedAt) {
            this.record = record;
            this.outcome = outcome;
            this.decidedAt = decidedAt;
        }

        static Entry committed(CommitRecord record, Instant now) {
            Entry entry = new Entry(record, Outcome.COMMITTED, now);
            entry.doneAt = record.owed().isEmpty() ? now : null;
            return entry;
        }

        DecisionRow row() {
            return new DecisionRow(record.gid(), outcome, record.numbers(), Optional.ofNullable(doneAt), heuristic);
        }

        boolean isOwed(Instant now, Duration olderThan) {
            return outcome == Outcome.COMMITTED
                    && doneAt == null
                    && !decidedAt.isAfter(now.minus(olderThan))
                    && !leaseUntil.isAfter(now);
        }
    }

    private final class Local implements LocalTransaction {
        private final Map<Gid, Entry> written = new LinkedHashMap<>();
        private final NoConnection transaction = new NoConnection();
        private boolean ended;
        private boolean used;

        @Override
        public Connection connection() {
            used = true;
            return transaction.connection();
        }

        @Override
        public boolean used() {
            return used;
        }

        @Override
        public Recorded record(CommitRecord commit) {
            synchronized (durable) {
                if (ended) {
                    throw new StoreException(
                            "The local transaction of " + commit.gid() + " has ended; nothing was decided", null);
                }
                Gid gid = commit.gid();
                if (written.containsKey(gid)) {
                    return Recorded.RECORDED;
                }
                awaitWriter(gid);
                Recorded recorded = LogRules.decide(row(gid), gid, now());
                if (recorded == Recorded.RECORDED && row(gid).isEmpty()) {
                    written.put(gid, Entry.committed(commit, now()));
                    durable.writing.put(gid, this);
                }
                return recorded;
            }
        }

        @Override
        public void commit() {
            synchronized (durable) {
                if (ended) {
                    throw new StoreException(
                            "The local transaction had ended before its commit: the log tells its outcome", null);
                }
                durable.entries.putAll(written);
                transaction.commit();
                end();
            }
        }

        @Override
        public void rollback() {
            synchronized (durable) {
                end();
            }
        }

        @Override
        public void close() {
            rollback();
        }

        private void end() {
            ended = true;
            transaction.rollback();
            written.keySet().forEach(durable.writing::remove);
            written.clear();
            open.remove(this);
            durable.notifyAll();
        }
    }
}
