package dev.troth.jdbc;

import java.sql.SQLException;
import javax.transaction.xa.XAException;

/** The codes of XA (X/Open CAE specification "Distributed Transaction Processing: The XA Specification", table 3-2) as SQLSTATEs. */
final class XaErrors {
    private XaErrors() {}

    /** The failure with an SQLSTATE that says the same; the driver's own where it gives one. */
    static SQLException translate(String call, XAException failure) {
        if (failure.getCause() instanceof SQLException cause
                && !ErrorTable.state(cause).isEmpty()) {
            return cause;
        }
        return new SQLException(call + " failed with XA code " + failure.errorCode, state(failure.errorCode), failure);
    }

    private static String state(int code) {
        return switch (code) {
            case XAException.XA_RBINTEGRITY -> "23000";
            case XAException.XA_RBDEADLOCK -> "40001";
            case XAException.XA_RBCOMMFAIL, XAException.XAER_RMFAIL -> "08007";
            default -> rolledBack(code) ? "40000" : "HY000";
        };
    }

    /** Whether the code says that the branch has rolled back. */
    static boolean rolledBack(int code) {
        return code >= XAException.XA_RBBASE && code <= XAException.XA_RBEND;
    }
}
