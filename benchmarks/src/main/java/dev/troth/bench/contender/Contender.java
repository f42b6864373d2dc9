package dev.troth.bench.contender;

import java.util.Map;
import java.util.OptionalLong;

/**
 * One way to write a row into every database. Made by its constructor from a {@link Setting}; {@link #write} is called by as many threads as
 * there are clients.
 */
public interface Contender {

    /**
     * Writes a blog row into the first database and a review row into every other one, and returns when a service would answer its caller.
     *
     * @param client which client calls, counted from 0; no two threads call with the same number at once
     * @param id the same in all rows, and in no others of the run
     */
    void write(int client, long id, String title, String content) throws Exception;

    /** Waits until everything that was answered is done in all databases, but not for ever: what they hold then says whether it is right. */
    default void drain() throws Exception {}

    /** How many transactions are done in all databases until now, where a caller is answered before that and may wait for others. */
    default OptionalLong done() {
        return OptionalLong.empty();
    }

    /** Processes that it has started and that are measured apart from this one, by a name for each. */
    default Map<String, Long> processes() {
        return Map.of();
    }

    /** What this contender has to say beside what is measured of all. */
    default Map<String, Object> remarks() {
        return Map.of();
    }

    /** Ends everything that it started. */
    void close() throws Exception;
}
