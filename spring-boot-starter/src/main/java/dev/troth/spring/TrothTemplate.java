package dev.troth.spring;

import dev.troth.Troth;
import dev.troth.protocol.Gid;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Troth in the transactions that Spring manages: what is enlisted, published or sent in a {@code @Transactional} method commits with it, or
 * rolls back with it.
 *
 * <pre>{@code
 * @Transactional
 * public long submit(Blog blog) {
 *     long id = blogs.insert(blog);                     // JdbcTemplate, JPA, MyBatis: the service's own database
 *     troth.enlist("review", new NewReview(id, "…"));   // another service, over the broker
 *     return id;
 * }
 * }</pre>
 *
 * <p>PREPARE leaves at {@link #enlist}, beside the work that follows. When the method has returned and everybody's hooks before the commit have
 * run, JPA is flushed, the votes are awaited and the decision is inserted on the connection of Spring's transaction; Spring's commit is the
 * decision. A refusal is thrown by the {@code @Transactional} method as {@link dev.troth.tx.RolledBackException}, after Spring has rolled
 * back; what else it throws has rolled back the branches too, unless the commit itself failed. Then it is Spring's exception, nobody's guess is
 * taken for the outcome, and {@code Troth.outcome} of {@link #gid()} tells it.
 *
 * <p>The time-out of Spring's transaction, or else {@code troth.timeout} from the first call here, bounds the wait for the votes. A nested
 * transaction that rolls back to its savepoint after something was enlisted in it makes the whole one roll back.
 *
 * <p>Safe for use by several threads; a transaction belongs to the thread that Spring has bound it to.
 */
public final class TrothTemplate {
    private final LocalTransactions local;

    /**
     * Used for the transactions of these managers only; they get a listener, which collects the votes.
     *
     * @param dataSource that of the decision log and the outbox, as the managers have it
     * @param managers those of them that manage transactions of that data source
     */
    public TrothTemplate(
            Troth troth, DataSource dataSource, Collection<? extends PlatformTransactionManager> managers) {
        this.local = new LocalTransactions(troth, LogSource.of(dataSource).dataSource(), managers);
    }

    /**
     * The id of the current transaction, for {@code Troth.outcome}.
     *
     * @throws dev.troth.tx.TrothException as {@link #enlist(String, Object)}
     */
    public Gid gid() {
        return local.current().joined().gid();
    }

    /**
     * Asks a participant to do its part in the current transaction, at once and in parallel with the work that follows.
     *
     * @param participant the participant's name
     * @param command what to do; its type has a {@link dev.troth.message.Kind}
     * @return completes with the participant's vote; nobody need wait for it
     * @throws dev.troth.tx.RolledBackException if the transaction is known to roll back already
     * @throws dev.troth.tx.NotStartedException if the service is stopping
     * @throws dev.troth.tx.TrothException if there is no transaction, one that is read-only, or one that the decision could not be part of;
     *     nobody was asked
     */
    public CompletableFuture<Void> enlist(String participant, Object command) {
        return enlist(participant, command, Void.class);
    }

    /**
     * As {@link #enlist(String, Object)}, for a handler that returns a value.
     *
     * @return completes with the value
     */
    public <R> CompletableFuture<R> enlist(String participant, Object command, Class<R> answer) {
        Binding current = local.current();
        CompletableFuture<R> promised = current.joined().enlist(participant, command, answer);
        current.enlisted();
        return promised;
    }

    /** Has an event published after the commit of the current transaction; see {@link dev.troth.tx.Transaction#publish(Object)}. */
    public void publish(Object event) {
        Binding current = local.current();
        current.write(connection -> current.joined().publish(connection, event));
    }

    /** As {@link #publish(Object)}, in the order of the key. */
    public void publish(String key, Object event) {
        Binding current = local.current();
        current.write(connection -> current.joined().publish(connection, key, event));
    }

    /** Has a command sent to one subscriber after the commit of the current transaction. */
    public void send(String subscriber, Object command) {
        Binding current = local.current();
        current.write(connection -> current.joined().send(connection, subscriber, command));
    }

    /** As {@link #send(String, Object)}, in the order of the key. */
    public void send(String subscriber, String key, Object command) {
        Binding current = local.current();
        current.write(connection -> current.joined().send(connection, subscriber, key, command));
    }
}
