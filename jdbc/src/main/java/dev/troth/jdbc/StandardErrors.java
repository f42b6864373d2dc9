package dev.troth.jdbc;

import dev.troth.protocol.Refusal.Reason;
import java.util.Map;
import java.util.Set;

/** The SQLSTATE classes of the standard, with what H2 and Derby add. */
final class StandardErrors {
    static final ErrorTable TABLE = new ErrorTable(
            Map.of(
                    50200, Reason.CONFLICT, // H2: lock time-out
                    90131, Reason.CONFLICT), // H2: concurrent update
            Map.of(
                    "57014", Reason.TIMED_OUT,
                    "XCL52", Reason.TIMED_OUT, // Derby: statement time-out
                    "XJ004", Reason.UNAVAILABLE, // Derby: no such database
                    "XJ015", Reason.UNAVAILABLE, // Derby: shut down
                    "45000", Reason.CONSTRAINT),
            Map.of(
                    "08", Reason.UNAVAILABLE,
                    "28", Reason.UNAVAILABLE,
                    "23", Reason.CONSTRAINT,
                    "40", Reason.CONFLICT,
                    "53", Reason.OVERLOADED),
            Set.of("23505"));

    private StandardErrors() {}
}
