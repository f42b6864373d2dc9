package dev.troth.jdbc;

/** Every statement of a branch in PostgreSQL. Names of prepared transactions are safe to write into SQL: {@link BranchKey}. */
final class PostgresSql {
    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;

    /** Makes this transaction's commit durable before it is told, even where the user's default is an asynchronous commit. */
    static final String DURABLY = """
            set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)
            """.strip();

    /** The same inside a condition, which holds; a user whose commits are durable anyway does not pay for the setting. */
    static final String DURABLE = """
            CASE current_setting('synchronous_commit')
                WHEN 'off' THEN set_config('synchronous_commit', 'on', true) IS NOT NULL ELSE TRUE END
            """.strip();

    /** A plan that was made, and kept, when the tables were small must not read them from end to end when they are large. */
    static final String BY_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off";

    /** What a transaction begins with that can be lost: it waits for no disk. */
    static final String IN_BACKGROUND = "SET LOCAL synchronous_commit = off; " + BY_INDEX;

    /**
     * One exchange: the lock that nobody waits for (rule 9; a prepared transaction keeps it), and under it the branch's row, in time by this
     * database's clock (rule 2). Returns nothing if there was no lock, no time, or a row already; {@link #WHY_NOT} tells. What it returns is by
     * what the transaction is known again, and what it has written is seen.
     */
    static final String BEGIN = POSTGRESQL.fill("""
            INSERT INTO troth_branches (gid, branch, state, deadline, noted_at)
            SELECT ?, ?, 'COMMITTED', ?, $clock
            WHERE pg_try_advisory_xact_lock(?) AND $clock < ? AND $durable
            ON CONFLICT DO NOTHING
            RETURNING pg_backend_pid(), noted_at, xmin::text, cmin::text::bigint
            """.replace("$durable", DURABLE));

    static final String WHY_NOT = POSTGRESQL.fill("""
            SELECT pg_try_advisory_xact_lock(?), $clock < ?,
                (SELECT state FROM troth_branches WHERE gid = ? AND branch = ?),
                EXISTS (SELECT 1 FROM pg_prepared_xacts WHERE gid = ? AND database = current_database())
            """);

    /**
     * Returns the number of the command, which is one more than that of {@link #BEGIN} if none in between has written or locked a row; nothing
     * in a transaction that is not the branch's own.
     */
    static final String COMMAND = """
            UPDATE troth_branches
            SET noted_at = noted_at
            WHERE gid = ? AND branch = ? AND xmin = pg_current_xact_id_if_assigned()::xid
            RETURNING cmin::text::bigint
            """.strip();

    /** Ends a branch that has only read, without its row and without a forced write. */
    static final String FORGET = """
            DELETE FROM troth_branches
            WHERE gid = ? AND branch = ? AND set_config('synchronous_commit', 'off', true) IS NOT NULL;
            COMMIT
            """.strip();

    /**
     * Takes back the row of a branch that votes no although somebody has committed its transaction with a statement; not that of another
     * attempt, which may have begun since.
     */
    static final String TAKE_BACK = """
            DELETE FROM troth_branches
            WHERE gid = ? AND branch = ? AND xmin::text = ?
            """.strip();

    static final String LATE = POSTGRESQL.fill("SELECT $clock >= ?");

    /**
     * The guards fail, so what follows in the same exchange is not executed. Division by zero (22012): the deadline has passed. Root of -1
     * (2201F): this is not the transaction that began. In a failed transaction they fail too (25P02).
     */
    static final String COMMIT_ONE_PHASE = POSTGRESQL.fill("""
            SELECT 1 / ($clock < ?)::int, sqrt((coalesce(pg_current_xact_id_if_assigned()::xid::text, '') = ?)::int - 1);
            COMMIT
            """);

    /** Leaves a mark where nobody works on the branch. It is forced to disk: a caller may have been told that nothing was done. */
    static final String TOMBSTONE = POSTGRESQL.fill("""
            WITH lock AS MATERIALIZED (
                SELECT pg_try_advisory_xact_lock(?) AS got, $durably AS durably
            ),
            mark AS (
                INSERT INTO troth_branches (gid, branch, state, deadline, noted_at)
                SELECT ?, ?, 'ROLLED_BACK', ?, $clock
                FROM lock
                WHERE got AND $clock < ?
                ON CONFLICT DO NOTHING
                RETURNING 1
            )
            SELECT got, (SELECT count(*) FROM mark), (SELECT state FROM troth_branches WHERE gid = ? AND branch = ?)
            FROM lock
            WHERE durably IS NOT NULL
            """.replace("$durably", DURABLY));

    static final String IN_DOUBT = """
            SELECT gid, (extract(epoch FROM clock_timestamp() - prepared) * 1000)::bigint
            FROM pg_prepared_xacts
            WHERE database = current_database() AND gid LIKE 'troth/%'
            ORDER BY prepared
            """;

    static final String SETTINGS = """
            SELECT current_setting('max_prepared_transactions')::int,
                has_table_privilege('troth_branches', 'SELECT') AND has_table_privilege('troth_branches', 'INSERT')
                    AND has_table_privilege('troth_branches', 'UPDATE') AND has_table_privilege('troth_branches', 'DELETE'),
                has_table_privilege('troth_heuristics', 'INSERT'),
                current_user
            """;

    static final String LOG_RIGHTS = """
            SELECT has_table_privilege('troth_decisions', 'SELECT') AND has_table_privilege('troth_decisions', 'INSERT')
                    AND has_table_privilege('troth_decisions', 'UPDATE') AND has_table_privilege('troth_decisions', 'DELETE'),
                current_user
            """;

    static final String OUTBOX_RIGHTS = """
            SELECT bool_and(has_table_privilege(t, r)), current_user
            FROM unnest(ARRAY['troth_outbox', 'troth_outbox_lanes', 'troth_outbox_failing']) t,
                unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) r
            """;

    /** Frees what a working branch holds when its own connection is torn down but its statement still runs. */
    static final String TERMINATE = "SELECT pg_terminate_backend(?)";

    private PostgresSql() {}

    /**
     * In a failed transaction CLOSE ALL fails (25P02), and PREPARE is not executed: it would be the silent rollback of rule 11. It costs next to
     * nothing, and what it closes would end anyway.
     */
    static String prepare(String name) {
        return "CLOSE ALL;PREPARE TRANSACTION '" + name + "'";
    }

    /** The same where somebody may have ended the transaction and begun another: the guard fails (2201F) if it is not that one. */
    static String prepare(String name, long transaction) {
        return "SELECT sqrt((coalesce(pg_current_xact_id_if_assigned()::xid::text, '') = '" + transaction
                + "')::int - 1);PREPARE TRANSACTION '" + name + "'";
    }

    static String commit(String name) {
        return "COMMIT PREPARED '" + name + "'";
    }

    static String rollback(String name) {
        return "ROLLBACK PREPARED '" + name + "'";
    }
}
