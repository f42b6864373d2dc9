package dev.troth.jdbc;

import static java.util.Map.entry;

import dev.troth.protocol.Refusal.Reason;
import java.util.Map;
import java.util.Set;

/** PostgreSQL's SQLSTATEs (PostgreSQL manual, appendix A). */
final class PostgresErrors {
    /** There is no such prepared transaction. */
    static final String UNDEFINED_OBJECT = "42704";
    /** The prepared transaction is held by another session at this moment. */
    static final String BUSY = "55000";
    /** A statement after a failed one: the transaction can only roll back. */
    static final String FAILED_TRANSACTION = "25P02";
    /** PREPARE of a transaction that used temporary tables, LISTEN or NOTIFY. */
    static final String NOT_PREPARABLE = "0A000";
    /** What the guard of a one-phase commit raises when the deadline has passed: a division by zero. */
    static final String GUARD_DEADLINE = "22012";
    /** What the guard of an ending raises in a transaction that is not the branch's own: a root of a negative number. */
    static final String GUARD_TRANSACTION = "2201F";

    static final ErrorTable TABLE = new ErrorTable(
            Map.of(),
            Map.ofEntries(
                    entry("55P03", Reason.CONFLICT), // lock not available
                    entry("40003", Reason.UNAVAILABLE), // statement completion unknown: not a definite rollback
                    entry("57P01", Reason.UNAVAILABLE), // terminated by an administrator, or a shutdown
                    entry("57P02", Reason.UNAVAILABLE), // the server crashed
                    entry("57P03", Reason.UNAVAILABLE), // the server starts or stops
                    entry("57P04", Reason.UNAVAILABLE), // the database was dropped
                    entry("57P05", Reason.UNAVAILABLE), // idle session time-out
                    entry("25P03", Reason.UNAVAILABLE), // idle in transaction time-out: the session is terminated
                    entry("25P04", Reason.UNAVAILABLE), // transaction time-out: the session is terminated
                    entry("25006", Reason.UNAVAILABLE), // read-only: a standby after a failover
                    entry("53300", Reason.UNAVAILABLE), // too many connections
                    entry("3D000", Reason.UNAVAILABLE), // no such database
                    entry("57014", Reason.TIMED_OUT), // statement time-out, or cancelled
                    entry(FAILED_TRANSACTION, Reason.MISUSE), // a failed statement was swallowed
                    entry("25001", Reason.MISUSE), // not inside a transaction block: VACUUM and the like
                    entry("2D000", Reason.MISUSE), // a procedure that commits
                    entry("P0001", Reason.CONSTRAINT)), // RAISE EXCEPTION in a trigger
            Map.of(
                    "08", Reason.UNAVAILABLE,
                    "28", Reason.UNAVAILABLE,
                    "23", Reason.CONSTRAINT,
                    "40", Reason.CONFLICT,
                    "53", Reason.OVERLOADED),
            Set.of("23505"));

    private PostgresErrors() {}
}
