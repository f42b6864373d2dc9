package dev.troth.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/**
 * In what the SQL of four databases differs. Every time is kept as milliseconds since 1970: no session's time zone can change
 * what it means.
 *
 * @param name how it is called in errors and in the names of its scripts
 * @param clock the wall clock at the time the statement runs, not at which its transaction began
 * @param dual what a SELECT without a table needs before its WHERE
 * @param ifAbsent what makes an INSERT skip a row that is there; "" where it fails with a duplicate key instead
 * @param text how a parameter that is text is written in a SELECT list
 * @param number how a parameter that is a number is written in a SELECT list
 * @param limit how the number of rows is limited
 * @param latest what makes a SELECT see the last committed row whatever the isolation of its transaction
 * @param words with which statements begin that would end the transaction
 * @param errors what its codes mean
 */
record Dialect(
        String name,
        String clock,
        String dual,
        String ifAbsent,
        String text,
        String number,
        String limit,
        String latest,
        SqlWords words,
        ErrorTable errors) {

    static final Dialect POSTGRESQL = new Dialect(
            "postgresql",
            "(date_part('epoch', clock_timestamp()) * 1000)::bigint",
            "",
            "ON CONFLICT DO NOTHING",
            "?",
            "?",
            "LIMIT ?",
            "",
            SqlWords.STANDARD,
            PostgresErrors.TABLE);

    /** Also MySQL. UTC_TIMESTAMP is the time at which the statement began; the purge margin covers what a statement takes. */
    static final Dialect MARIADB = new Dialect(
            "mariadb",
            "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000)",
            "FROM DUAL",
            "",
            "?",
            "?",
            "LIMIT ?",
            "LOCK IN SHARE MODE",
            SqlWords.MARIADB,
            MariaDbErrors.TABLE);

    /** CURRENT_TIMESTAMP is the transaction's there, so the script makes a function of the JVM's clock. */
    static final Dialect H2 = new Dialect(
            "h2",
            "troth_clock()",
            "",
            "",
            "CAST(? AS VARCHAR)",
            "CAST(? AS BIGINT)",
            "LIMIT ?",
            "FOR UPDATE",
            SqlWords.H2,
            StandardErrors.TABLE);

    static final Dialect DERBY = new Dialect(
            "derby",
            "troth_clock()",
            "FROM SYSIBM.SYSDUMMY1",
            "",
            "CAST(? AS VARCHAR(32672))",
            "CAST(? AS BIGINT)",
            "FETCH FIRST ? ROWS ONLY",
            "",
            SqlWords.STANDARD,
            StandardErrors.TABLE);

    /** Finds the dialect of a connection's database. */
    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        String name = product.toLowerCase(Locale.ROOT);
        if (name.contains("postgres")) {
            return POSTGRESQL;
        }
        if (name.contains("mariadb") || name.contains("mysql")) {
            return MARIADB;
        }
        if (name.equals("h2")) {
            return H2;
        }
        if (name.contains("derby")) {
            return DERBY;
        }
        throw new IllegalArgumentException("Troth does not know the SQL of '" + product
                + "'. It knows PostgreSQL, MariaDB, MySQL, H2 and Apache Derby.");
    }

    boolean isPostgres() {
        return name.equals("postgresql");
    }

    boolean isDerby() {
        return name.equals("derby");
    }

    /**
     * Fills the names of what differs into a statement: {@code $clock}, {@code $dual} and so on; {@code $now} is the clock as it was read once
     * for the whole statement. PostgreSQL finds rows by an index only with that.
     */
    String fill(String statement) {
        return statement
                .replace("$now", isPostgres() ? "(SELECT $clock)" : "$clock")
                .replace("$clock", clock)
                .replace("$dual", dual)
                .replace("$ifAbsent", ifAbsent)
                .replace("$text", text)
                .replace("$number", number)
                .replace("$limit", limit)
                .replace("$latest", latest)
                .strip();
    }
}
