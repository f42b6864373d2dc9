package dev.troth.jdbc;

import static java.util.Map.entry;

import dev.troth.protocol.Refusal.Reason;
import java.util.Map;
import java.util.Set;

/** MariaDB's and MySQL's vendor codes: their SQLSTATEs are too coarse (a lock time-out is HY000). */
final class MariaDbErrors {
    /** XAER_NOTA: no such branch, or one that belongs to a session that still lives. */
    static final int XA_UNKNOWN = 1397;
    /** XAER_RMFAIL: a statement that this state of a branch does not allow: COMMIT, DDL. */
    static final int XA_WRONG_STATE = 1399;
    /** XA_RBROLLBACK: the branch was rolled back. */
    static final int XA_ROLLED_BACK = 1402;
    /** KILL of a thread that is not there. */
    static final int NO_SUCH_THREAD = 1094;
    /** XAER_DUPID: the branch is there already. */
    static final int XA_DUPLICATE = 1440;

    static final ErrorTable TABLE = new ErrorTable(
            Map.ofEntries(
                    entry(1205, Reason.CONFLICT), // lock wait time-out: undoes only the statement
                    entry(1213, Reason.CONFLICT), // deadlock: undoes the whole transaction
                    entry(1020, Reason.CONFLICT), // record has changed since last read
                    entry(XA_ROLLED_BACK, Reason.CONFLICT),
                    entry(1613, Reason.TIMED_OUT), // XA_RBTIMEOUT
                    entry(1614, Reason.CONFLICT), // XA_RBDEADLOCK
                    entry(XA_WRONG_STATE, Reason.MISUSE),
                    entry(1400, Reason.MISUSE), // XAER_OUTSIDE: work outside of the branch
                    entry(1568, Reason.MISUSE), // transaction characteristics in a transaction
                    entry(1040, Reason.UNAVAILABLE), // too many connections
                    entry(1203, Reason.UNAVAILABLE), // too many connections of this user
                    entry(1045, Reason.UNAVAILABLE), // access denied: password
                    entry(1044, Reason.UNAVAILABLE), // access denied: database
                    entry(1049, Reason.UNAVAILABLE), // no such database
                    entry(1053, Reason.UNAVAILABLE), // shutdown in progress
                    entry(1290, Reason.UNAVAILABLE), // read only: a replica after a failover
                    entry(1836, Reason.UNAVAILABLE), // read only
                    entry(1927, Reason.UNAVAILABLE), // connection was killed
                    entry(2006, Reason.UNAVAILABLE), // server has gone away
                    entry(2013, Reason.UNAVAILABLE), // lost connection
                    entry(1317, Reason.TIMED_OUT), // query interrupted
                    entry(1969, Reason.TIMED_OUT), // max_statement_time
                    entry(3024, Reason.TIMED_OUT), // MySQL: max_execution_time
                    entry(1062, Reason.CONSTRAINT), // duplicate key
                    entry(1451, Reason.CONSTRAINT), // a child row is there
                    entry(1452, Reason.CONSTRAINT), // the parent row is not there
                    entry(1048, Reason.CONSTRAINT), // not null
                    entry(1364, Reason.CONSTRAINT), // no default
                    entry(4025, Reason.CONSTRAINT), // MariaDB: check
                    entry(3819, Reason.CONSTRAINT), // MySQL: check
                    entry(1644, Reason.CONSTRAINT)), // SIGNAL in a trigger
            Map.of("70100", Reason.UNAVAILABLE), // killed
            Map.of("08", Reason.UNAVAILABLE, "28", Reason.UNAVAILABLE, "23", Reason.CONSTRAINT, "40", Reason.CONFLICT),
            Set.of("1062"));

    private MariaDbErrors() {}
}
