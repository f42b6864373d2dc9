package dev.troth.jdbc;

/** The statements on troth_branches and troth_heuristics that all databases share. */
final class BranchSql {
    private static final String STATE = """
            SELECT state
            FROM troth_branches
            WHERE gid = ? AND branch = ?
            """;

    /** Rule 2: no branch after its deadline by this database's clock, read in the statement that inserts. */
    private static final String APPLIED = """
            INSERT INTO troth_branches (gid, branch, state, deadline, noted_at)
            SELECT $text, $number, 'COMMITTED', $number, $clock
            $dual
            WHERE $clock < ?
            """;

    /** After the deadline none is needed: the branch cannot start any more. */
    private static final String TOMBSTONE = """
            INSERT INTO troth_branches (gid, branch, state, deadline, noted_at)
            SELECT $text, $number, 'ROLLED_BACK', $number, $clock
            $dual
            WHERE $clock < ?
            """;

    private static final String HEURISTIC = """
            INSERT INTO troth_heuristics (gid, branch, decided, note, noticed_at)
            VALUES (?, ?, ?, ?, $clock)
            $ifAbsent
            """;

    private static final String PURGEABLE = """
            SELECT gid, branch
            FROM troth_branches
            WHERE deadline < $now - ?
            ORDER BY deadline
            $limit
            """;

    private static final String DELETE = """
            DELETE FROM troth_branches
            WHERE gid = ? AND branch = ?
            """;

    final String state;
    final String applied;
    final String tombstone;
    final String heuristic;
    final String purgeable;
    final String delete;
    final String now;

    BranchSql(Dialect dialect) {
        state = dialect.fill(STATE);
        applied = dialect.fill(APPLIED);
        tombstone = dialect.fill(TOMBSTONE);
        heuristic = dialect.fill(HEURISTIC);
        purgeable = dialect.fill(PURGEABLE);
        delete = dialect.fill(DELETE);
        now = dialect.fill(dialect.isDerby() ? "VALUES $clock" : "SELECT $clock");
    }
}
