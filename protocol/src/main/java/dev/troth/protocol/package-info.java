/**
 * The commit protocol as values and pure functions: identifiers, messages, votes, outcomes.
 *
 * <p>Nothing here does I/O, starts a thread or reads a clock. The same functions run in production, under the
 * exhaustive checker and in the simulator. Terms follow X/Open DTP; the protocol is presumed abort (Mohan, Lindsay,
 * Obermarck: "Transaction Management in the R* Distributed Database Management System", ACM TODS 11(4), 1986) with the
 * decision as a row in the initiator's own database.
 */
@NullMarked
package dev.troth.protocol;

import org.jspecify.annotations.NullMarked;
