package dev.troth.testkit.sim;

import dev.troth.protocol.BranchId;
import dev.troth.protocol.Outcome;
import dev.troth.protocol.Refusal;
import dev.troth.spi.BranchStore;
import dev.troth.spi.StoreException;
import dev.troth.testkit.InMemoryBranchStore;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A branch store in memory, behind a line that takes time and breaks. */
final class SimulatedBranches implements BranchStore {
    private final DatabaseLine line;
    private final InMemoryBranchStore store;
    private final int slots;
    private final World world;
    private final List<Work> open = new ArrayList<>();

    SimulatedBranches(DatabaseLine line, InMemoryBranchStore store, int slots) {
        this.line = line;
        this.store = store;
        this.slots = slots;
        this.world = line.world();
        line.database().connected(this::endSessions);
    }

    /** The database notices that the process is gone. */
    void endSessions() {
        List.copyOf(open).forEach(Work::lost);
    }

    /** How many branches hold a connection. */
    int inUse() {
        return open.size();
    }

    @Override
    public String open() {
        return line.call("open", line.database()::identity);
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public Begun begin(BranchId branch) {
        Work work = new Work(branch);
        Begun begun = line.call("begin " + name(branch), () -> work.begin(store), () -> false, work::lost);
        if (begun instanceof Begun.NotStarted notStarted) {
            world.count(
                    switch (notStarted.seen()) {
                        case PREPARED, COMMITTED, BUSY -> Happening.DUPLICATE_IGNORED;
                        case ROLLED_BACK -> Happening.TOMBSTONE;
                        case EXPIRED -> Happening.BRANCH_EXPIRED;
                    });
            world.journal.note(line.life(), name(branch) + " not begun: " + notStarted.seen());
        }
        return begun;
    }

    @Override
    public Finish commit(BranchId branch) {
        return counted(line.call("commit " + name(branch), () -> store.commit(branch)));
    }

    @Override
    public Finish rollback(BranchId branch) {
        return counted(line.call("rollback " + name(branch), () -> store.rollback(branch)));
    }

    private Finish counted(Finish finish) {
        if (finish == Finish.HELD) {
            world.count(Happening.BRANCH_HELD);
        }
        return finish;
    }

    @Override
    public List<InDoubt> inDoubt() {
        return line.call("list", store::inDoubt);
    }

    @Override
    public void heuristic(BranchId branch, Outcome decided, String note) {
        var unused = line.call("heuristic " + name(branch), () -> {
            store.heuristic(branch, decided, note);
            return 0;
        });
    }

    @Override
    public Refusal explain(Throwable failure) {
        return store.explain(failure);
    }

    @Override
    public int purge(int limit) {
        return line.call("purge", () -> store.purge(limit));
    }

    @Override
    public Instant now() {
        return line.database().clock().instant();
    }

    /** Does nothing. */
    @Override
    public void close() {}

    private String name(BranchId branch) {
        return world.journal.nameOfBranch(branch.toString());
    }

    /** One session that works on a branch. */
    private final class Work implements BranchWork {
        private final BranchId branch;
        private BranchWork work = new NoWork();

        Work(BranchId branch) {
            this.branch = branch;
        }

        Begun begin(InMemoryBranchStore in) {
            Begun begun = in.begin(branch);
            if (begun instanceof Begun.Started started) {
                work = started.work();
                open.add(this);
                line.endIfNobodyIsThere(this::lost);
                return new Begun.Started(this);
            }
            return begun;
        }

        @Override
        public Connection connection() {
            return work.connection();
        }

        @Override
        public Prepared prepare() {
            try {
                return line.call("prepare " + name(branch), this::prepareHere, () -> false, this::lost);
            } catch (StoreException e) {
                world.count(Happening.PREPARE_OF_UNKNOWN_FATE);
                throw e;
            }
        }

        private Prepared prepareHere() {
            open.remove(this);
            return work.prepare();
        }

        @Override
        public void commitOnePhase() {
            var unused = line.call("commit at once " + name(branch), this::commitHere, () -> false, this::lost);
        }

        private int commitHere() {
            open.remove(this);
            work.commitOnePhase();
            return 0;
        }

        @Override
        public void rollback() {
            line.tell(this::lost);
        }

        @Override
        public void abandon() {
            world.count(Happening.ABANDONED);
            line.tell(this::lost);
        }

        /** The session ends, and rolls back what it has not prepared. */
        private void lost() {
            work.rollback();
            open.remove(this);
        }
    }

    /** Before a branch has begun there is nothing to undo. */
    private static final class NoWork implements BranchWork {
        @Override
        public Connection connection() {
            throw new StoreException("No branch has begun", null);
        }

        @Override
        public Prepared prepare() {
            throw new StoreException("No branch has begun", null);
        }

        @Override
        public void commitOnePhase() {
            throw new StoreException("No branch has begun", null);
        }

        @Override
        public void rollback() {}

        @Override
        public void abandon() {}
    }
}
