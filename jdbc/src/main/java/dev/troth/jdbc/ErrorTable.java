package dev.troth.jdbc;

import dev.troth.protocol.Refusal.Reason;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.Set;

/**
 * What the codes of one database mean. The vendor code is looked at first, then the whole SQLSTATE, then its class (the
 * first two characters), then the Java type for drivers and pools that give no code at all. Texts are never looked at.
 *
 * @param codes by vendor code
 * @param states by SQLSTATE
 * @param classes by class of SQLSTATE
 * @param duplicateKeys SQLSTATEs and vendor codes (as text) of a duplicate key
 */
record ErrorTable(
        Map<Integer, Reason> codes,
        Map<String, Reason> states,
        Map<String, Reason> classes,
        Set<String> duplicateKeys) {

    /** What the failure means to the caller of the transaction. */
    Reason reason(SQLException failure) {
        Reason byCode = codes.get(failure.getErrorCode());
        if (byCode != null) {
            return byCode;
        }
        String state = state(failure);
        Reason byState = states.get(state);
        if (byState != null) {
            return byState;
        }
        Reason byClass = state.length() == 5 ? classes.get(state.substring(0, 2)) : null;
        return byClass != null ? byClass : byType(failure);
    }

    /** Whether the connection is gone or could not be had, so that nothing is known of a statement under way (rule 7). */
    boolean connectionLost(SQLException failure) {
        return reason(failure) == Reason.UNAVAILABLE;
    }

    /** Whether a row with that key is there already. */
    boolean duplicateKey(SQLException failure) {
        return duplicateKeys.contains(state(failure))
                || duplicateKeys.contains(Integer.toString(failure.getErrorCode()));
    }

    /** The failure's SQLSTATE, or "" if it has none. */
    static String state(SQLException failure) {
        String state = failure.getSQLState();
        return state == null ? "" : state;
    }

    private static Reason byType(SQLException failure) {
        if (failure instanceof SQLTransientConnectionException
                || failure instanceof SQLNonTransientConnectionException
                || failure instanceof SQLRecoverableException) {
            return Reason.UNAVAILABLE;
        }
        if (failure instanceof SQLTimeoutException) {
            return Reason.TIMED_OUT;
        }
        if (failure instanceof SQLIntegrityConstraintViolationException) {
            return Reason.CONSTRAINT;
        }
        return failure instanceof SQLTransactionRollbackException ? Reason.CONFLICT : Reason.ERROR;
    }
}
