package dev.troth;

import dev.troth.admin.DeadLetters;
import dev.troth.engine.relay.OutboxDesk;
import dev.troth.engine.runtime.Environment;
import dev.troth.protocol.Gid;
import dev.troth.protocol.Name;
import dev.troth.protocol.Outcome;
import dev.troth.spi.DecisionLog;
import dev.troth.spi.StoreException;
import dev.troth.tx.JoinedTransaction;
import dev.troth.tx.OutcomeForgottenException;
import dev.troth.tx.OutcomeUnknownException;
import dev.troth.tx.TransactionOptions;
import dev.troth.tx.TrothException;
import dev.troth.tx.Work;
import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One instance of a service: starts global transactions and takes part in those of others.
 *
 * <pre>{@code
 * Troth troth = Troth.builder("blog")
 *         .transport(RabbitTransport.connect("amqp://localhost"))
 *         .decisions(JdbcDecisionLog.on(blogDatabase))
 *         .start();
 *
 * long id = troth.transact("submit-blog", tx -> {
 *     long blogId = blogs.insert(tx.connection(), title, content);
 *     tx.enlist("review", new NewReview(blogId, "Initial review"));
 *     return blogId;
 * });
 * }</pre>
 *
 * <p>When {@code transact} returns, the transaction has committed: its local work and the decision are durable, and every branch
 * is prepared and will commit, through crashes of anything. When it throws {@link dev.troth.tx.RolledBackException} or what the work
 * threw, nothing of it remains. Atomic commitment is not atomic visibility: for a moment, or for as long as a participant is down,
 * a reader can see one database with the transaction and another still without it.
 *
 * <p>Safe for use by several threads.
 */
public final class Troth implements AutoCloseable {
    private final Instance instance;
    private final Environment environment;
    private final boolean canDecide;
    private final Runnable closeScheduler;
    private final AtomicBoolean stopped = new AtomicBoolean();

    Troth(Instance instance, Environment environment, boolean canDecide, Runnable closeScheduler) {
        this.instance = instance;
        this.environment = environment;
        this.canDecide = canDecide;
        this.closeScheduler = closeScheduler;
    }

    /**
     * Sets up an instance of the named service. Instances of the same service share its name, its decision log and its
     * participants' databases.
     */
    public static TrothBuilder builder(String service) {
        return new TrothBuilder(service);
    }

    /**
     * Runs a transaction on the caller's thread: the work, the votes, the commit.
     *
     * @param kind the caller's name for this kind of transaction, for logs, metrics and the decision row
     * @param work does the local writes and enlists participants
     * @return what the work returned, when the transaction has committed
     * @throws X what the work threw, after everything has rolled back
     * @throws dev.troth.tx.RolledBackException if a participant refused or the deadline passed; nothing remains
     * @throws OutcomeUnknownException if the decision log cannot be reached right after the commit was tried
     * @throws dev.troth.tx.NotStartedException if too many transactions wait, or the instance is stopping; nothing was done
     */
    public <T, X extends Exception> T transact(String kind, Work<T, X> work) throws X {
        return transact(TransactionOptions.named(kind), work);
    }

    /** As {@link #transact(String, Work)}, with a time-out or a trace of its own. */
    public <T, X extends Exception> T transact(TransactionOptions options, Work<T, X> work) throws X {
        checkCanDecide();
        return instance.transactions.run(options, work);
    }

    /**
     * Runs a transaction on threads of the instance. No thread waits for votes, and none for a free connection as long as
     * {@link TrothBuilder#concurrency} is not more than the pool has.
     *
     * @return completes as {@link #transact(String, Work)} returns or throws
     */
    public <T> CompletableFuture<T> transactAsync(String kind, Work<T, ?> work) {
        return transactAsync(TransactionOptions.named(kind), work);
    }

    /** As {@link #transactAsync(String, Work)}, with a time-out or a trace of its own. */
    public <T> CompletableFuture<T> transactAsync(TransactionOptions options, Work<T, ?> work) {
        checkCanDecide();
        return instance.transactions.runAsync(options, work);
    }

    /**
     * Has one participant do its part as the whole transaction: one message there, one back, one forced write. Needs no decision
     * log.
     *
     * @return the handler's answer, when it has committed
     * @throws dev.troth.tx.RolledBackException if the participant refused
     * @throws dev.troth.tx.CommittedWithoutAnswerException if it has committed and the answer is lost or cannot be read
     * @throws OutcomeUnknownException if the participant, which decides, does not answer even after the deadline
     */
    public <R> R execute(String participant, Object command, Class<R> answer) {
        try {
            return executeAsync(participant, command, answer).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw e;
        }
    }

    /** As {@link #execute(String, Object, Class)}, without waiting. */
    @SuppressWarnings("NullAway") // the future of a Void answer holds null, as futures of Void do
    public <R> CompletableFuture<R> executeAsync(String participant, Object command, Class<R> answer) {
        return instance.transactions.execute(
                TransactionOptions.named("execute"),
                Name.check(participant),
                command,
                payload -> instance.payloads.readAnswer(payload, answer));
    }

    /**
     * Joins a local transaction that somebody else begins, commits or rolls back, and tells about it: a framework, or JDBC code that does that
     * itself. Nothing is sent or written before something is enlisted or published. Whoever can leave the commit to Troth uses
     * {@link #transact(String, Work)}, which is simpler and a little cheaper.
     *
     * @param options its name, and the time-out from here to its decision
     */
    public JoinedTransaction join(TransactionOptions options) {
        return instance.transactions.join(options);
    }

    /**
     * What became of a transaction of this service.
     *
     * @return empty if it is not decided yet: its deadline lies ahead
     * @throws OutcomeUnknownException if the decision log cannot be reached
     * @throws OutcomeForgottenException if it ended so long ago that the log may have deleted its commit
     * @throws TrothException if it is a transaction of another service, or of another decision log
     */
    public Optional<Outcome> outcome(Gid gid) {
        checkCanDecide();
        try {
            return instance.coordinator.outcome(gid);
        } catch (StoreException e) {
            throw OutcomeUnknownException.ofLog(gid, e);
        }
    }

    /**
     * Has an event published after the commit of a transaction that is not Troth's: it is written to the outbox on that connection, which
     * belongs to the outbox's database and whose owner commits it. It is sent within milliseconds of a commit that follows at once, and
     * within a second or so of one that does not.
     *
     * @param key events and commands of the same key keep their order; see {@link dev.troth.tx.Transaction#publish(String, Object)}
     */
    public void publish(Connection connection, String key, Object event) {
        OutboxDesk outbox = outbox();
        outbox.publish(connection, stamp(UUID.randomUUID().toString(), key), event);
        outbox.written();
    }

    /** As {@link #publish(Connection, String, Object)}, where order does not matter. */
    public void publish(Connection connection, Object event) {
        OutboxDesk outbox = outbox();
        String id = UUID.randomUUID().toString();
        outbox.publish(connection, stamp(id, id), event);
        outbox.written();
    }

    /** Has a command sent to one subscriber, as {@link #publish(Connection, String, Object)}. */
    public void send(Connection connection, String subscriber, String key, Object command) {
        OutboxDesk outbox = outbox();
        outbox.send(connection, stamp(UUID.randomUUID().toString(), key), subscriber, command);
        outbox.written();
    }

    private OutboxDesk outbox() {
        return instance.messaging.outbox().orElseThrow(() -> new TrothException(OutboxDesk.MISSING));
    }

    private OutboxDesk.Stamp stamp(String id, String key) {
        return new OutboxDesk.Stamp(id, key, id, environment.traces().current());
    }

    /**
     * Lets a subscriber of this instance take no more messages: they wait at the broker, or go to other instances. Those that it has are still
     * applied. Does nothing if it is paused.
     */
    public void pause(String subscriber) {
        instance.messaging.subscriber(subscriber).pause();
    }

    /**
     * Lets a paused subscriber take messages again. Does nothing if it is not paused.
     *
     * @throws dev.troth.spi.TransportException if that cannot be started; it is still paused
     */
    public void resume(String subscriber) {
        instance.messaging.subscriber(subscriber).resume();
    }

    /**
     * What a subscriber of this instance could not apply, and what can be done with it.
     *
     * @throws TrothException if this instance has no such subscriber
     */
    public DeadLetters deadLetters(String subscriber) {
        return instance.messaging.deadLetters(subscriber);
    }

    /** How this instance is at this moment. Does not block. */
    public Health health() {
        return instance.health();
    }

    /** What is not finished yet in the databases of this instance. Does not block, but its methods do. */
    public Unfinished unfinished() {
        return instance.unfinished();
    }

    /** The identity of this instance: eight letters or digits, another one after every start. */
    public String instance() {
        return instance.self.id();
    }

    /**
     * Stops: starts nothing new, gives what runs the time to end, decisions that have arrived here included, then lets go of transport, log
     * and stores. What has not ended by then, and branches that still wait for a decision, are finished by time-outs or by recovery in any other
     * instance. Does nothing the second time.
     */
    public void stop(Duration patience) {
        if (stopped.compareAndSet(false, true)) {
            instance.stop(patience);
            instance.release();
            closeScheduler.run();
        }
    }

    /** Stops, giving what runs as long as a transaction may take. */
    @Override
    public void close() {
        stop(environment.settings().timeout());
    }

    private void checkCanDecide() {
        if (!canDecide) {
            throw new TrothException(DecisionLog.MISSING);
        }
    }
}
