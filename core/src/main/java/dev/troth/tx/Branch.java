package dev.troth.tx;

import dev.troth.message.Delivery;
import dev.troth.protocol.BranchId;
import java.sql.Connection;
import java.time.Instant;

/** One branch while its handler runs, seen by that handler. It belongs to the handler's thread. */
public interface Branch {
    /** The branch's id; {@code id().gid()} is the transaction. */
    BranchId id();

    /**
     * The connection to the participant's database. What is done on it becomes part of the branch; committing, rolling back or
     * closing it here is an error, and a statement that fails on it makes the branch vote no.
     */
    Connection connection();

    /** When the transaction gives up. The handler's thread is interrupted then, and the branch votes no. */
    Instant deadline();

    /** The message that asked for the branch: redelivered or not, and the transport's own properties. */
    Delivery delivery();
}
