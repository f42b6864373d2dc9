package dev.troth.jdbc;

import javax.sql.DataSource;

/**
 * The tables that a database needs to keep decisions, branches, an outbox, or an inbox with its dead letters. In production run
 * {@link #script()} with whatever runs the other scripts of that database; while developing, {@link #create()} is enough. Stores check
 * the tables when they open.
 */
public final class TrothTables {
    private final DataSource source;

    private TrothTables(DataSource source) {
        this.source = source;
    }

    /** The tables in that database. */
    public static TrothTables of(DataSource source) {
        return new TrothTables(source);
    }

    /**
     * Creates what is missing; safe to repeat, and when several instances do it at once.
     *
     * @throws dev.troth.spi.StoreException if the database failed, or the user may not create tables
     */
    public void create() {
        new Schema(Database.connect(source)).create();
    }

    /** The script that creates the tables in this kind of database. */
    public String script() {
        return Schema.script(Database.connect(source).dialect());
    }
}
