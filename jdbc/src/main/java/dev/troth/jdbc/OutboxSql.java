package dev.troth.jdbc;

import java.util.Collections;

/** Every statement on troth_outbox, troth_outbox_lanes and troth_outbox_failing. */
final class OutboxSql {
    private static final String ADD = """
            INSERT INTO troth_outbox
                (lane, id, aggregatetype, aggregateid, type, payload, target, content_type, envelope_type, correlation_id,
                    headers, time_to_live, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, $clock)
            """;

    /** Two looks, each along an index: what failed and is to be tried again, and what does not wait behind such a message. */
    private static final String WAITING = """
            SELECT 1
            FROM (
                (SELECT f.seq FROM troth_outbox_failing f WHERE f.retry_at <= $now ORDER BY f.retry_at LIMIT 1)
                UNION ALL
                (SELECT o.seq
                FROM troth_outbox o $byLane
                WHERE o.lane >= 0 AND $free
                ORDER BY o.lane, $place
                LIMIT 1)
            ) found
            """;

    /** Nobody waits for the lock of a row in another order: every statement changes one lane, and they come in ascending order. */
    private static final String LEASE = """
            UPDATE troth_outbox_lanes
            SET owner = ?, lease_until = $clock + ?
            WHERE lane = ? AND (owner = ? OR lease_until <= $clock OR lease_until > $clock + ?)
            """;

    // A lease that lasts longer than any does is one of before the clock was set back.

    private static final String LEASED = """
            SELECT lane
            FROM troth_outbox_lanes
            WHERE owner = ? AND lease_until > $clock
            """;

    private static final String RELEASE = """
            UPDATE troth_outbox_lanes
            SET owner = '', lease_until = 0
            WHERE lane = ? AND owner = ?
            """;

    /** No message of that key has failed. Not NOT EXISTS, of which MariaDB makes a copy of all that failed, for every lane. */
    private static final String FREE = """
            (SELECT 1
            FROM troth_outbox_failing f
            WHERE f.lane = o.lane AND f.aggregateid = o.aggregateid
            LIMIT 1) IS NULL
            """;

    /** Before that, at a tenth of its price: none of the few keys that have failed for longest, behind which most may wait. */
    private static final String FREE_POSTGRESQL = """
            o.aggregateid <> ALL (ARRAY(SELECT f.aggregateid FROM troth_outbox_failing f ORDER BY f.seq LIMIT 16))
            AND $each
            """.replace("$each", FREE);

    private static final String MESSAGE = """
            o.seq, o.lane, o.id, o.aggregatetype, o.aggregateid, o.type, o.payload, o.target, o.content_type, o.envelope_type,
                o.correlation_id, o.headers, o.time_to_live
            """;

    /** The head of one lane, along the index (lane, seq). */
    private static final String HEAD = """
            (SELECT 0 AS attempts, $message
            FROM troth_outbox o $byLane
            WHERE o.lane = ? AND $free
            ORDER BY $place
            LIMIT ?)
            """;

    private static final String RETRIES = """
            SELECT f.attempts, $message
            FROM troth_outbox_failing f
            JOIN troth_outbox o ON o.seq = f.seq
            WHERE f.retry_at <= $now AND f.lane IN ($lanes)
            ORDER BY f.retry_at
            LIMIT ?
            """;

    /** Out of its lane, so that no look at the lane has to step over it. */
    private static final String SET_APART = """
            UPDATE troth_outbox
            SET lane = -1 - lane
            WHERE seq = ? AND lane >= 0
            """;

    private static final String FAIL = """
            INSERT INTO troth_outbox_failing (seq, lane, aggregateid, attempts, retry_at, reason)
            SELECT $number, $number, $text, $number, $clock + $number, $text
            $dual
            """;

    private static final String FAIL_AGAIN = """
            UPDATE troth_outbox_failing
            SET attempts = attempts + 1, retry_at = $clock + ?, reason = ?
            WHERE seq = ?
            """;

    /** What was noted of its failures goes with it: ON DELETE CASCADE. */
    private static final String SENT = """
            DELETE FROM troth_outbox
            WHERE seq IN ($numbers)
            """;

    /**
     * Row by row along the primary key. With IN, whatever the hint, MariaDB reads a small table from end to end instead, and so waits for
     * every transaction that is adding to it, and keeps those from adding more.
     */
    private static final String SENT_MARIADB = """
            DELETE o
            FROM JSON_TABLE(?, '$[*]' COLUMNS (seq BIGINT PATH '$')) AS n
            STRAIGHT_JOIN troth_outbox o FORCE INDEX (PRIMARY) ON o.seq = n.seq
            """;

    private static final String SENT_POSTGRESQL = """
            DELETE FROM troth_outbox
            WHERE seq = ANY (?)
            """;

    private static final String BACKLOG = """
            SELECT (SELECT COUNT(*) FROM (SELECT 1 AS one FROM troth_outbox LIMIT 1000000) counted),
                (SELECT $clock - o.created_at FROM troth_outbox o ORDER BY o.seq LIMIT 1),
                (SELECT COUNT(*) FROM (SELECT 1 AS one FROM troth_outbox_failing LIMIT 1000000) counted)
            """;

    /**
     * What a transaction of the outbox begins with on PostgreSQL, where the default of the user's may be stricter: each statement sees
     * what is committed, and nothing waits for the disk. What is lost in a crash is sent or leased again.
     */
    static final String LIGHTLY = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off";

    /**
     * In the index of the lanes PostgreSQL has {@code seq + 0}: no other index has this order, so that the planner cannot look for the
     * messages of one lane among those of all. MariaDB is told outright.
     */
    private static final String PLACE_POSTGRESQL = "(o.seq + 0)";

    final String add;
    final String waiting;
    final String lease;
    final String leased;
    final String release;
    final String setApart;
    final String fail;
    final String failAgain;
    final String backlog;
    private final Dialect dialect;

    OutboxSql(Dialect dialect) {
        this.dialect = dialect;
        add = dialect.fill(ADD);
        waiting = fill(WAITING);
        lease = dialect.fill(LEASE);
        leased = dialect.fill(LEASED);
        release = dialect.fill(RELEASE);
        setApart = dialect.fill(SET_APART);
        fail = dialect.fill(FAIL);
        failAgain = dialect.fill(FAIL_AGAIN);
        backlog = dialect.fill(BACKLOG);
    }

    String next(int lanes) {
        return fill("SELECT * FROM (" + String.join("UNION ALL\n", Collections.nCopies(lanes, HEAD))
                + ") heads ORDER BY seq LIMIT ?");
    }

    String retries(int lanes) {
        return fill(RETRIES.replace("$lanes", marks(lanes)));
    }

    private String fill(String statement) {
        boolean postgres = dialect.isPostgres();
        return dialect.fill(statement
                .replace("$free", postgres ? FREE_POSTGRESQL : FREE)
                .replace("$message", MESSAGE)
                .replace("$byLane", dialect.name().equals("mariadb") ? "FORCE INDEX (troth_outbox_lane)" : "")
                .replace("$place", postgres ? PLACE_POSTGRESQL : "o.seq"));
    }

    String sent(int numbers) {
        return switch (dialect.name()) {
            case "postgresql" -> SENT_POSTGRESQL;
            case "mariadb" -> SENT_MARIADB;
            default -> SENT.replace("$numbers", marks(numbers));
        };
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
