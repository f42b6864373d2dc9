package dev.troth.tx;

import dev.troth.protocol.Gid;
import java.sql.Connection;
import java.util.concurrent.CompletableFuture;

/**
 * A global transaction while its work runs. It belongs to the thread that runs the work and ends when the work returns; using it
 * afterwards is an error.
 */
public interface Transaction {
    /** The transaction's id. */
    Gid gid();

    /**
     * The connection to the service's own database, where the decision will be kept too. It is borrowed at the first call, and
     * committed or rolled back with the transaction: committing, rolling back or closing it here is an error.
     */
    Connection connection();

    /**
     * Asks a participant to do its part, at once and in parallel with the work that follows. Whether it agrees is known when
     * every vote is in; the caller of {@code transact} gets its refusal as {@link RolledBackException}.
     *
     * @param participant the participant's name
     * @param command what to do; its type has a {@link dev.troth.message.Kind}
     * @return completes with the participant's vote: exceptionally, with a {@link RolledBackException}, if it is no
     * @throws RolledBackException if the transaction is known to roll back already
     */
    default CompletableFuture<Void> enlist(String participant, Object command) {
        return enlist(participant, command, Void.class);
    }

    /**
     * As {@link #enlist(String, Object)}, for a handler that returns a value. A yes without a value, or with one that cannot be read
     * as that type, is a refusal: whoever has committed has every answer.
     *
     * @param answer the type of the value; its bytes travel with the yes vote
     * @return completes with the value
     */
    <R> CompletableFuture<R> enlist(String participant, Object command, Class<R> answer);

    /**
     * Has an event published after the commit, and only then: it is written to the outbox on {@link #connection()}, with the data. Everybody
     * who has subscribed to its kind gets it, and applies it once.
     *
     * @param event its type has a {@link dev.troth.message.Kind}, which names the topic
     */
    void publish(Object event);

    /**
     * As {@link #publish(Object)}, in order: events and commands of the same key are sent one after the other, in the order in which they
     * were written. A subscriber that applies them so says {@code inOrder()}.
     *
     * @param key for example the id of what the event is about; 1 to 200 characters
     */
    void publish(String key, Object event);

    /**
     * Has a command sent to one subscriber after the commit, as {@link #publish(Object)}.
     *
     * @param subscriber the subscriber's name
     */
    void send(String subscriber, Object command);

    /** As {@link #send(String, Object)}, in order, as {@link #publish(String, Object)}. */
    void send(String subscriber, String key, Object command);
}
