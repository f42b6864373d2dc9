package dev.troth.jdbc;

/** Every statement of a branch in PostgreSQL. Names of prepared transactions are safe to write into SQL: {@link BranchKey}. */
final class PostgresSql {
    private static final Dialect POSTGRESQL = Dialect.POSTGRESQL;

    /** Makes this transaction's commit durable before it is told, even where the user's default is an asynchronous commit. */
    static final String DURABLY = """
            set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)
            """.strip();

    /**
     * One exchange: the lock that nobody waits for (rule 9; a prepared transaction keeps it), the mark by which the branch's own
     * transaction is known again, then, with a snapshot taken after the lock, what is known of the branch.
     */
    static final String BEGIN = POSTGRESQL.fill("""
            SELECT pg_try_advisory_xact_lock(?), set_config('troth.branch', ?, true), pg_backend_pid(),
                $durably;
            SELECT $clock < ?, (SELECT state FROM troth_branches WHERE gid = ? AND branch = ?)
            """.replace("$durably", DURABLY));

    static final String IS_PREPARED = """
            SELECT 1
            FROM pg_prepared_xacts
            WHERE gid = ? AND database = current_database()
            """;

    /** Whether the branch's own transaction has written nothing; asked only if the guard has seen no rows change. */
    static final String WROTE_NOTHING = """
            SELECT pg_current_xact_id_if_assigned() IS NULL AND current_setting('troth.branch', true) = ?
            """;

    /**
     * The branch row with its two guards, which fail rather than insert nothing: so what follows in the same exchange is not
     * executed, and no branch is ever prepared, not for a moment, without its row. Division by zero (22012): the deadline has
     * passed. Root of -1 (2201F): this is not the transaction that began, somebody has committed that with a statement. In a
     * failed transaction it fails too (25P02), so PREPARE can never be the silent rollback of rule 11.
     */
    private static final String INSERT = POSTGRESQL.fill("""
            INSERT INTO troth_branches (gid, branch, state, deadline, noted_at)
            SELECT ?, ?, 'COMMITTED', ?, $clock
                + 1 / ($clock < ?)::int - 1
                + sqrt((coalesce(current_setting('troth.branch', true), '') = ?)::int - 1)::bigint
            """);

    static final String LATE = POSTGRESQL.fill("SELECT $clock >= ?");

    static final String COMMIT_ONE_PHASE = INSERT + ";\nCOMMIT";

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
                    AND has_table_privilege('troth_branches', 'DELETE'),
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

    static String prepare(String name) {
        return INSERT + ";\nPREPARE TRANSACTION '" + name + "'";
    }

    static String commit(String name) {
        return "COMMIT PREPARED '" + name + "'";
    }

    static String rollback(String name) {
        return "ROLLBACK PREPARED '" + name + "'";
    }
}
