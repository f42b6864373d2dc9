package dev.troth.tx;

import dev.troth.protocol.Gid;
import java.sql.Connection;
import java.util.concurrent.CompletableFuture;

/**
 * A global transaction whose local part is a database transaction of somebody else: a framework's, or one of JDBC code that begins and
 * commits itself. They keep that transaction and its connection, and say here what happens to it:
 *
 * <pre>{@code
 * JoinedTransaction joined = troth.join(TransactionOptions.named("submit-blog"));
 * connection.setAutoCommit(false);
 * try {
 *     long blogId = blogs.insert(connection, title, content);
 *     joined.enlist("review", new NewReview(blogId, "Initial review"));
 *     joined.beforeCommit(connection); // every vote, and the decision as a row of this transaction
 *     connection.commit();             // the decision
 *     joined.committed();
 * } catch (SQLException | RuntimeException e) {
 *     connection.rollback();
 *     throw e;
 * } finally {
 *     joined.rolledBackOrUnknown();    // does nothing after committed()
 * }
 * }</pre>
 *
 * <p><b>What is asked of the caller.</b> One that has enlisted commits only after {@link #beforeCommit} has returned, on the connection that was
 * given there, and rolls back when it throws. Whoever commits without it loses atomicity; {@link #committed()} says so. Nothing is executed
 * on the connection between the two: after a failed statement PostgreSQL makes a rollback of the COMMIT, and its driver tells nobody. At the
 * end {@link #committed()} or {@link #rolledBackOrUnknown()} is called; only the first call counts. If neither ever comes, because the thread
 * is gone, the branches roll back at the deadline, or do soon after it what the log says.
 *
 * <p><b>What is promised.</b> The branches commit if and only if the decision row is committed with the local transaction, through crashes of
 * anything. Until {@link #enlist} is called there is nothing to decide: no row is written, and an event costs its own row only.
 *
 * <p>Belongs to one thread at a time, as the local transaction does.
 */
public interface JoinedTransaction {
    /** The transaction's id; its deadline counts from {@code join}. */
    Gid gid();

    /** As {@link Transaction#enlist(String, Object)}. PREPARE leaves at once, beside the work that follows. */
    default CompletableFuture<Void> enlist(String participant, Object command) {
        return enlist(participant, command, Void.class);
    }

    /**
     * As {@link Transaction#enlist(String, Object, Class)}.
     *
     * @throws RolledBackException if the transaction is known to roll back already
     * @throws NotStartedException if the instance is stopping
     * @throws TrothException if the votes were collected already, if the service has no decision log, or inside another transaction of Troth's
     */
    <R> CompletableFuture<R> enlist(String participant, Object command, Class<R> answer);

    /** As {@link Transaction#publish(Object)}, written on that connection, in the local transaction. */
    void publish(Connection connection, Object event);

    /** As {@link Transaction#publish(String, Object)}, written on that connection, in the local transaction. */
    void publish(Connection connection, String key, Object event);

    /** As {@link Transaction#send(String, Object)}, written on that connection, in the local transaction. */
    void send(Connection connection, String subscriber, Object command);

    /** As {@link Transaction#send(String, String, Object)}, written on that connection, in the local transaction. */
    void send(Connection connection, String subscriber, String key, Object command);

    /**
     * From now on it can only roll back: the branches are told at once, {@link #enlist} and {@link #beforeCommit} throw. For a part of the
     * work that was undone, as by a savepoint: a branch that was enlisted there cannot be taken back alone. Changes nothing after
     * {@link #beforeCommit} has returned.
     *
     * @param why for the exceptions that follow
     */
    void rollBackOnly(String why);

    /** Whether something is enlisted, so that {@link #beforeCommit} has to be called. */
    boolean hasBranches();

    /**
     * Waits for the votes, until the deadline at most, and adds the decision to the local transaction. Does nothing if nothing was enlisted.
     *
     * @param connection that of the local transaction, in the database of the decision log, without auto-commit
     * @throws RolledBackException if a participant refused, the deadline has passed, or the decision could not be added: roll back
     */
    void beforeCommit(Connection connection);

    /**
     * The commit of the local transaction has returned. The branches are told, events are sent. Does not block.
     *
     * @throws TrothException if branches were enlisted and {@link #beforeCommit} has not returned: they roll back
     */
    void committed();

    /**
     * The local transaction was rolled back, or failed in a way that leaves it open whether it has committed. If the decision had been added,
     * nobody's word is taken for it: the log is asked, on another connection and thread, and branches are told what it says. Does not block.
     */
    void rolledBackOrUnknown();
}
