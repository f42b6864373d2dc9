package dev.troth.testkit.idempotency;

import java.util.Locale;

/**
 * A place in a delivery at which something can happen.
 *
 * @param commit whether it is a commit; otherwise a statement
 * @param sql the statement; nothing for a commit
 */
record Point(boolean commit, String sql) {
    private static final int MOST = 60;

    static final Point COMMIT = new Point(true, "");

    static Point statement(String sql) {
        return new Point(false, sql.strip().replaceAll("\\s+", " "));
    }

    /** Whether it changes nothing, as far as can be seen. */
    boolean reads() {
        String start = sql.substring(0, Math.min(8, sql.length())).toUpperCase(Locale.ROOT);
        return start.startsWith("SELECT") || start.startsWith("SHOW") || start.startsWith("VALUES");
    }

    @Override
    public String toString() {
        if (commit) {
            return "commit";
        }
        return sql.length() <= MOST ? sql : sql.substring(0, MOST - 1) + "…";
    }
}
