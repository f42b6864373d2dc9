package dev.troth.testkit.sim;

import dev.troth.protocol.CommitRecord;
import dev.troth.protocol.Gid;
import dev.troth.protocol.log.DecisionRow;
import dev.troth.protocol.log.LogRules.Recorded;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.StoreException;
import dev.troth.testkit.InMemoryDecisionLog;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A decision log in memory, behind a line that takes time and breaks. */
final class SimulatedLog implements DecisionLog {
    private final DatabaseLine line;
    private final InMemoryDecisionLog log;
    private final World world;
    private final Database database;
    private final List<Local> open = new ArrayList<>();

    SimulatedLog(DatabaseLine line, InMemoryDecisionLog log) {
        this.line = line;
        this.log = log;
        this.world = line.world();
        this.database = line.database();
        database.connected(this::endSessions);
    }

    /** The database notices that the process is gone. */
    void endSessions() {
        List.copyOf(open).forEach(Local::lost);
    }

    /** How many local transactions hold a connection. */
    int inUse() {
        return open.size();
    }

    @Override
    public String open() {
        return line.call("open", database::identity);
    }

    @Override
    public LocalTransaction begin() {
        return new Local();
    }

    @Override
    public Recorded record(CommitRecord commit) {
        Gid gid = commit.gid();
        return counted(line.call(
                "record " + name(gid), () -> log.record(commit), () -> database.isLocked(gid, this), () -> {}));
    }

    private Recorded counted(Recorded recorded) {
        if (recorded == Recorded.LOST) {
            world.count(Happening.RACE_LOST);
        } else if (recorded == Recorded.EXPIRED) {
            world.count(Happening.COMMIT_EXPIRED);
        }
        return recorded;
    }

    @Override
    public DecisionRow resolve(Gid gid) {
        return line.call("resolve " + name(gid), () -> log.resolve(gid), () -> database.isLocked(gid, this), () -> {});
    }

    @Override
    public Optional<DecisionRow> read(Gid gid) {
        return line.call("read " + name(gid), () -> log.read(gid));
    }

    @Override
    public List<CommitRecord> owed(Duration olderThan, Duration lease, int limit) {
        return line.call("owed", () -> log.owed(olderThan, lease, limit));
    }

    @Override
    public void done(Collection<Gid> gids) {
        List<Gid> given = List.copyOf(gids);
        var unused = line.call("done " + given.stream().map(this::name).toList(), () -> {
            log.done(given);
            return 0;
        });
    }

    @Override
    public void reported(CommitRecord logged, Set<Integer> branches) {
        var unused = line.call("reported " + name(logged.gid()) + " " + branches, () -> {
            log.reported(logged, branches);
            world.count(Happening.REPORTS_NOTED);
            return 0;
        });
    }

    @Override
    public void heuristic(Gid gid) {
        var unused = line.call("heuristic " + name(gid), () -> {
            log.heuristic(gid);
            return 0;
        });
    }

    @Override
    public Instant forgottenUntil() {
        return line.call("forgotten until", log::forgottenUntil);
    }

    @Override
    public int purge(int limit) {
        return line.call("purge", () -> log.purge(limit));
    }

    @Override
    public Instant now() {
        return database.clock().instant();
    }

    /** Does nothing. */
    @Override
    public void close() {}

    private String name(Gid gid) {
        return world.journal.nameOf(gid.toString());
    }

    /** One session with an open transaction. */
    private final class Local implements LocalTransaction {
        private @Nullable LocalTransaction local;
        private boolean over;

        @Override
        public Connection connection() {
            if (over) {
                throw new StoreException("The session of this local transaction was lost", null);
            }
            return (local == null ? line.call("begin", this::begin, () -> false, this::lost) : local).connection();
        }

        private LocalTransaction begin() {
            LocalTransaction begun = log.begin();
            var unused = begun.connection();
            open.add(this);
            local = begun;
            line.endIfNobodyIsThere(this::lost);
            return begun;
        }

        @Override
        public boolean used() {
            return local != null;
        }

        @Override
        public Recorded record(CommitRecord commit) {
            Gid gid = commit.gid();
            LocalTransaction mine = begun();
            return counted(line.call(
                    "insert " + name(gid),
                    () -> {
                        Recorded recorded = mine.record(commit);
                        if (recorded == Recorded.RECORDED) {
                            database.lock(gid, this);
                        }
                        return recorded;
                    },
                    () -> database.isLocked(gid, this),
                    this::lost));
        }

        @Override
        public void commit() {
            LocalTransaction mine = begun();
            try {
                var unused = line.call(
                        "commit",
                        () -> {
                            mine.commit();
                            ended();
                            return 0;
                        },
                        () -> false,
                        this::lost);
            } catch (StoreException e) {
                world.count(Happening.COMMIT_OF_UNKNOWN_FATE);
                throw e;
            }
        }

        private LocalTransaction begun() {
            if (local == null) {
                throw new StoreException("Nothing was begun", null);
            }
            return local;
        }

        @Override
        public void rollback() {
            line.tell(this::lost);
        }

        @Override
        public void close() {
            if (!over) {
                line.tell(this::lost);
            }
        }

        /** The session ends, and rolls back what it has not committed. */
        private void lost() {
            if (local != null) {
                local.rollback();
            }
            ended();
        }

        private void ended() {
            over = true;
            open.remove(this);
            database.unlock(this);
        }
    }
}
