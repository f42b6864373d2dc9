package dev.troth.jdbc;

/** Every statement on troth_decisions. */
final class DecisionSql {
    /** Rule 1: the deadline is compared with the log's own clock, in the statement that inserts. What nobody is owed is done. */
    private static final String COMMIT = """
            INSERT INTO troth_decisions
                (gid, kind, outcome, owed, traceparent, deadline, done_at, decided_at, lease_until, heuristic)
            SELECT $text, $text, 'COMMITTED', $text, $text, $number, CASE WHEN $number = 0 THEN $clock END, $clock, 0, FALSE
            $dual
            WHERE $clock < ? AND $durably
            $ifAbsent
            """;

    /** The same in one exchange with the COMMIT, which is not executed if the insert fails: with a duplicate key, or by zero (22012) when it is late. */
    private static final String RECORD_AND_COMMIT = """
            INSERT INTO troth_decisions
                (gid, kind, outcome, owed, traceparent, deadline, done_at, decided_at, lease_until, heuristic)
            SELECT ?, ?, 'COMMITTED', ?, ?, ?, CASE WHEN ? = 0 THEN $clock END, $clock, 1 / ($clock < ?)::int - 1, FALSE
            WHERE $durably;
            COMMIT
            """;

    /** In the transaction of somebody else, who might have come with a connection of another database: that would have another identity. */
    private static final String JOIN_POSTGRESQL = COMMIT.replace(
            "$durably", "$durably AND EXISTS (SELECT 1 FROM troth_identity WHERE one = 1 AND store = ?)");

    private static final String IDENTITY = """
            SELECT store
            FROM troth_identity
            WHERE one = 1
            """;

    private static final String ABORT = """
            INSERT INTO troth_decisions
                (gid, kind, outcome, owed, traceparent, deadline, decided_at, lease_until, heuristic)
            SELECT $text, '', 'ABORTED', '', '', $number, $clock, 0, FALSE
            $dual
            WHERE $durably
            $ifAbsent
            """;

    private static final String READ = """
            SELECT outcome, owed, done_at, heuristic
            FROM troth_decisions
            WHERE gid = ?
            """;

    /** Those first that nobody has had for longest: what is owed to somebody who is gone must not keep out what is owed to others. */
    private static final String OWED = """
            SELECT gid, kind, owed, traceparent
            FROM troth_decisions
            WHERE outcome = 'COMMITTED' AND done_at IS NULL AND decided_at <= $now - ? AND lease_until <= $now
            ORDER BY lease_until, decided_at
            $limit
            """;

    /** Bounded, so that whoever watches costs little when much is owed; the index gives the oldest first. */
    private static final String OWING = """
            SELECT COUNT(*), $clock - MIN(decided_at)
            FROM (
                SELECT decided_at
                FROM troth_decisions
                WHERE outcome = 'COMMITTED' AND done_at IS NULL
                ORDER BY decided_at
                $limit
            ) counted
            """;

    /** Whoever changes the lease has it: one winner per row, and no lock but on that row. */
    private static final String LEASE = """
            UPDATE troth_decisions
            SET lease_until = $clock + ?
            WHERE gid = ? AND done_at IS NULL AND lease_until <= $clock
            """;

    /** The same in one statement that skips what another instance is just taking. A lost lease is only lost work. */
    private static final String OWED_POSTGRESQL = """
            WITH mine AS MATERIALIZED (
                SELECT gid
                FROM troth_decisions
                WHERE outcome = 'COMMITTED' AND done_at IS NULL AND decided_at <= $now - ? AND lease_until <= $now
                ORDER BY lease_until, decided_at
                LIMIT ?
                FOR UPDATE SKIP LOCKED
            ),
            leased AS (
                UPDATE troth_decisions d
                SET lease_until = $clock + ?
                FROM mine
                WHERE d.gid = mine.gid
                RETURNING d.gid, d.kind, d.owed, d.traceparent, d.decided_at
            )
            SELECT gid, kind, owed, traceparent FROM leased ORDER BY decided_at
            """;

    private static final String DONE = """
            UPDATE troth_decisions
            SET done_at = $clock
            WHERE gid = ? AND outcome = 'COMMITTED' AND done_at IS NULL
            """;

    /**
     * All at once. Gids hold no commas. What else is asked of the rows is written so that no index fits it but the primary key: that of what
     * is open is full of rows that are done by now, and dead.
     */
    private static final String DONE_POSTGRESQL = """
            UPDATE troth_decisions
            SET done_at = $clock
            WHERE gid = ANY (string_to_array(?, ',')) AND outcome <> 'ABORTED' AND coalesce(done_at, 0) = 0
            """;

    /** Only what nobody else has changed since it was read: what was once noted is never owed again. */
    private static final String REPORTED = """
            UPDATE troth_decisions
            SET owed = ?
            WHERE gid = ? AND outcome = 'COMMITTED' AND done_at IS NULL AND owed = ?
            """;

    private static final String HEURISTIC = """
            UPDATE troth_decisions
            SET heuristic = TRUE
            WHERE gid = ?
            """;

    private static final String PURGEABLE_ABORTED = """
            SELECT gid, deadline
            FROM troth_decisions
            WHERE outcome = 'ABORTED' AND heuristic = FALSE AND deadline < $now - ?
            $limit
            """;

    private static final String PURGEABLE_COMMITTED = """
            SELECT gid, deadline
            FROM troth_decisions
            WHERE outcome = 'COMMITTED' AND heuristic = FALSE AND done_at < $now - ? AND deadline < $now - ?
            $limit
            """;

    /** Heuristic rows are looked at again: the mark may have come since they were selected. */
    private static final String DELETE = """
            DELETE FROM troth_decisions
            WHERE gid = ? AND heuristic = FALSE
            """;

    /** In the transaction that deletes: whoever sees no row any more sees this. */
    private static final String FORGET = """
            UPDATE troth_identity
            SET forgotten_until = ?
            WHERE one = 1 AND forgotten_until < ?
            """;

    private static final String FORGOTTEN_UNTIL = """
            SELECT forgotten_until
            FROM troth_identity
            WHERE one = 1
            """;

    final String commit;
    final String recordAndCommit;
    final String join;
    final String identity;
    final String abort;
    final String read;
    final String readLatest;
    final String owed;
    final String owing;
    final String lease;
    final String done;
    final String reported;
    final String heuristic;
    final String purgeableAborted;
    final String purgeableCommitted;
    final String delete;
    final String forget;
    final String forgottenUntil;
    final String now;

    DecisionSql(Dialect dialect) {
        boolean postgres = dialect.isPostgres();
        String durably = postgres ? PostgresSql.DURABLE : "1 = 1";
        commit = dialect.fill(COMMIT.replace("$durably", durably));
        recordAndCommit = dialect.fill(RECORD_AND_COMMIT.replace("$durably", durably));
        join = dialect.fill((postgres ? JOIN_POSTGRESQL : COMMIT).replace("$durably", durably));
        identity = dialect.fill(IDENTITY);
        abort = dialect.fill(ABORT.replace("$durably", durably));
        read = dialect.fill(READ);
        readLatest = dialect.fill(READ + "$latest");
        owed = dialect.fill(postgres ? OWED_POSTGRESQL : OWED);
        owing = dialect.fill(OWING);
        lease = dialect.fill(LEASE);
        done = dialect.fill(postgres ? DONE_POSTGRESQL : DONE);
        reported = dialect.fill(REPORTED);
        heuristic = dialect.fill(HEURISTIC);
        purgeableAborted = dialect.fill(PURGEABLE_ABORTED);
        purgeableCommitted = dialect.fill(PURGEABLE_COMMITTED);
        delete = dialect.fill(DELETE);
        forget = dialect.fill(FORGET);
        forgottenUntil = dialect.fill(FORGOTTEN_UNTIL);
        now = dialect.fill(dialect.isDerby() ? "VALUES $clock" : "SELECT $clock");
    }
}
