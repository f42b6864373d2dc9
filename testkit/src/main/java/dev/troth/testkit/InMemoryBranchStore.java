package dev.troth.testkit;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import dev.troth.protocol.Refusal.Reason;
import dev.troth.spi.BranchFailedException;
import dev.troth.spi.BranchStore;
import dev.troth.spi.StoreException;
import dev.troth.tx.RefusedException;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A branch store in memory, for tests. Several instances may share what is durable ({@link #anotherInstance()}), and one may die
 * ({@link #crash()}): what it was working on is gone, what was prepared stays prepared. Its clock is given. There is no real
 * connection but for {@link InMemoryOutbox}; a branch that asked for one counts as one that wrote something, and {@link #applied()} tells
 * which have committed.
 */
public final class InMemoryBranchStore implements BranchStore {
    private static final int SLOTS = 100;

    private final Durable durable;
    private final InstantSource clock;
    private final Duration retention;

    /** An empty store that keeps branch rows for 24 hours after their deadline. */
    public InMemoryBranchStore(InstantSource clock) {
        this(clock, Duration.ofHours(24));
    }

    /** An empty store. */
    public InMemoryBranchStore(InstantSource clock, Duration retention) {
        this(new Durable(), clock, retention);
    }

    private InMemoryBranchStore(Durable durable, InstantSource clock, Duration retention) {
        this.durable = durable;
        this.clock = clock;
        this.retention = retention;
    }

    /** Another instance of the participant with the same database. */
    public InMemoryBranchStore anotherInstance() {
        return withRetention(retention);
    }

    /** Another instance with the same database that keeps branch rows for another time. */
    public InMemoryBranchStore withRetention(Duration kept) {
        return new InMemoryBranchStore(durable, clock, kept);
    }

    /** The instance dies: the branches that it was working on are gone. Another instance goes on. */
    public void crash() {
        synchronized (durable) {
            durable.working.values().removeIf(work -> work.owner() == this);
        }
    }

    /** The branches that have committed and wrote something, in that order, however often. */
    public List<BranchId> applied() {
        synchronized (durable) {
            return List.copyOf(durable.applied);
        }
    }

    /** Branches that were finished by hand, with their notes. */
    public Map<BranchId, String> heuristics() {
        synchronized (durable) {
            return Map.copyOf(durable.heuristics);
        }
    }

    @Override
    public String open() {
        return durable.identity;
    }

    @Override
    public int slots() {
        return SLOTS;
    }

    @Override
    public Begun begin(BranchId branch) {
        synchronized (durable) {
            if (durable.prepared.containsKey(branch)) {
                return new Begun.NotStarted(Seen.PREPARED);
            }
            if (durable.working.containsKey(branch)) {
                return new Begun.NotStarted(Seen.BUSY);
            }
            Outcome row = durable.rows.get(branch);
            if (row != null) {
                return new Begun.NotStarted(row == Outcome.COMMITTED ? Seen.COMMITTED : Seen.ROLLED_BACK);
            }
            if (!inTime(branch)) {
                return new Begun.NotStarted(Seen.EXPIRED);
            }
            Working work = new Working(branch);
            durable.working.put(branch, work);
            return new Begun.Started(work);
        }
    }

    private boolean inTime(BranchId branch) {
        return now().isBefore(branch.gid().deadline());
    }

    @Override
    public Finish commit(BranchId branch) {
        synchronized (durable) {
            if (durable.prepared.remove(branch) != null) {
                durable.commit(branch);
                return Finish.DONE;
            }
            return durable.rows.get(branch) == Outcome.COMMITTED ? Finish.ALREADY : Finish.MISSING;
        }
    }

    @Override
    public Finish rollback(BranchId branch) {
        synchronized (durable) {
            if (durable.prepared.remove(branch) != null) {
                durable.wrote.remove(branch);
                return Finish.DONE;
            }
            if (durable.working.containsKey(branch)) {
                return Finish.HELD;
            }
            if (durable.rows.get(branch) == Outcome.COMMITTED) {
                return Finish.MISSING;
            }
            if (inTime(branch)) {
                durable.rows.put(branch, Outcome.ABORTED);
            }
            return Finish.ALREADY;
        }
    }

    @Override
    public List<InDoubt> inDoubt() {
        synchronized (durable) {
            List<InDoubt> found = new ArrayList<>();
            durable.prepared.forEach((branch, since) -> found.add(new InDoubt(branch, Duration.between(since, now()))));
            return found;
        }
    }

    /** Somebody commits a prepared branch by hand. */
    public void commitByHand(BranchId branch) {
        Finish unused = commit(branch);
    }

    /** Somebody rolls a prepared branch back by hand, without leaving a trace. */
    public void rollBackByHand(BranchId branch) {
        synchronized (durable) {
            durable.prepared.remove(branch);
        }
    }

    @Override
    public void heuristic(BranchId branch, Outcome decided, String note) {
        synchronized (durable) {
            durable.heuristics.putIfAbsent(branch, decided + ": " + note);
        }
    }

    @Override
    public Refusal explain(Throwable failure) {
        if (failure instanceof BranchFailedException refused) {
            return refused.refusal();
        }
        Reason reason = failure instanceof RefusedException
                ? Reason.REFUSED
                : failure instanceof StoreException ? Reason.UNAVAILABLE : Reason.ERROR;
        return new Refusal(reason, String.valueOf(failure.getMessage()));
    }

    @Override
    public int purge(int limit) {
        synchronized (durable) {
            Instant now = now();
            List<BranchId> gone = durable.rows.keySet().stream()
                    .filter(branch -> now.isAfter(branch.gid().deadline().plus(retention)))
                    .limit(limit)
                    .toList();
            durable.rows.keySet().removeAll(Set.copyOf(gone));
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

    /** What every instance shares, guarded by itself; {@code working} are sessions, the rest would survive anything. */
    private static final class Durable {
        private static final AtomicInteger NUMBER = new AtomicInteger();

        private final String identity =
                "mem" + Integer.toString(36 * 36 + NUMBER.getAndIncrement() % (35 * 36 * 36), 36);
        private final Map<BranchId, Working> working = new HashMap<>();
        private final Map<BranchId, Instant> prepared = new LinkedHashMap<>();
        private final Map<BranchId, NoConnection> wrote = new HashMap<>();
        private final Map<BranchId, Outcome> rows = new LinkedHashMap<>();
        private final Map<BranchId, String> heuristics = new LinkedHashMap<>();
        private final List<BranchId> applied = new ArrayList<>();

        private void commit(BranchId branch) {
            rows.put(branch, Outcome.COMMITTED);
            NoConnection transaction = wrote.remove(branch);
            if (transaction != null) {
                transaction.commit();
                applied.add(branch);
            }
        }
    }

    private final class Working implements BranchWork {
        private final BranchId branch;
        private final NoConnection transaction = new NoConnection();
        private volatile boolean wrote;

        Working(BranchId branch) {
            this.branch = branch;
        }

        InMemoryBranchStore owner() {
            return InMemoryBranchStore.this;
        }

        @Override
        public Connection connection() {
            wrote = true;
            return transaction.connection();
        }

        @Override
        public Prepared prepare() {
            synchronized (durable) {
                leave();
                if (!wrote) {
                    return Prepared.READ_ONLY;
                }
                transaction.end();
                durable.wrote.put(branch, transaction);
                durable.prepared.put(branch, now());
                return Prepared.PREPARED;
            }
        }

        @Override
        public void commitOnePhase() {
            synchronized (durable) {
                leave();
                if (wrote) {
                    durable.wrote.put(branch, transaction);
                }
                durable.commit(branch);
            }
        }

        /** Ends the work, and throws if it was ended before or has come too late. */
        private void leave() {
            if (!durable.working.remove(branch, this)) {
                throw new StoreException(
                        "The work on branch " + branch + " has ended already; it is not prepared by this", null);
            }
            if (!inTime(branch)) {
                throw new BranchFailedException(
                        new Refusal(Reason.TIMED_OUT, "the deadline of " + branch + " has passed"), null);
            }
        }

        @Override
        public void rollback() {
            synchronized (durable) {
                durable.working.remove(branch, this);
            }
        }

        @Override
        public void abandon() {
            rollback();
        }
    }
}
