package dev.troth.message;

import java.sql.Connection;
import java.util.Optional;

/** An event or command while its handler runs. It belongs to that handler's thread and ends with it. */
public interface Incoming {
    /**
     * The connection on which the handler does its work. What is done there and the note that this message was applied commit
     * together, when the handler returns: committing, rolling back or closing it is an error.
     */
    Connection connection();

    /** The id of the message: the same for every delivery of it. */
    String id();

    /** The stable name of its type. */
    String kind();

    /** Its key; its id if it has none. */
    String key();

    /**
     * The number of this attempt, from 1. Crashes of a consumer do not count, and neither do failures of its database; with
     * {@code inOrder()} the count begins anew after a crash.
     */
    int attempt();

    /** The header of that name, or "" if there is none. */
    String header(String name);

    /** The transport's own view of this delivery, as {@link Delivery#unwrap}. */
    <T> Optional<T> unwrap(Class<T> type);
}
