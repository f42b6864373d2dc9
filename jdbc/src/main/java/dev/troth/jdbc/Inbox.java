package dev.troth.jdbc;

import dev.troth.jdbc.Database.Task;
import dev.troth.protocol.Refusal;
import dev.troth.spi.DeadLetter;
import dev.troth.spi.DeadLetterStore;
import dev.troth.spi.InboxStore;
import dev.troth.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies every message once, however often it is delivered: what a message does to the database and the note of its id commit in
 * one transaction. Works with any broker and needs nothing else of Troth.
 *
 * <pre>{@code
 * Inbox inbox = Inbox.on(dataSource);
 * inbox.once(message.id(), connection -> orders.insert(connection, order));
 * message.acknowledge(); // also when it had been applied before
 * }</pre>
 *
 * <p>Acknowledge a message when {@link #once} has returned, and leave it to be delivered again when it has thrown. Two deliveries of
 * one message at the same time are applied once: the second waits for the first.
 *
 * <p>Ids are kept for 7 days after the last copy of a message unless {@link #withRetention} says otherwise; a duplicate that comes later is
 * applied again, so keep them for longer than a message can be on its way. Old ids are deleted in small batches as new ones come. PostgreSQL, MariaDB, MySQL, H2 and Derby;
 * the table is made by {@link TrothTables}. Safe for use by several threads.
 */
public final class Inbox implements InboxStore {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);
    private static final int MAX_CONSUMER = 100;
    private static final int MAX_ID = 200;
    private static final int PURGE_EVERY = 200;
    private static final int PURGED_AT_ONCE = 500; // more than come meanwhile, so the table does not grow

    private static final Duration SETTLED_LETTERS_KEPT = Duration.ofDays(30);
    private static final int LETTERS_PURGED_AT_ONCE = 250; // more than could be kept meanwhile

    private final DataSource source;
    private final String consumer;
    private final Duration retention;
    private final AtomicInteger applied = new AtomicInteger();
    private volatile @Nullable Opened opened;

    private Inbox(DataSource source, String consumer, Duration retention) {
        this.source = source;
        this.consumer = consumer;
        this.retention = retention;
    }

    /** The inbox of the only consumer that writes to that database. */
    public static Inbox on(DataSource source) {
        return new Inbox(source, "default", Duration.ofDays(7));
    }

    /**
     * The same for one of several consumers that write to the database: each applies a message once.
     *
     * @param consumer 1 to 100 characters; keep it when the consumer's code moves
     */
    @Override
    public Inbox named(String consumer) {
        return new Inbox(source, checked("consumer", consumer, MAX_CONSUMER), retention);
    }

    /** The same, with ids kept for so long after the last copy of a message. */
    public Inbox withRetention(Duration kept) {
        if (kept.isNegative() || kept.isZero()) {
            throw new IllegalArgumentException("Ids are kept for some time: " + kept);
        }
        return new Inbox(source, consumer, kept);
    }

    /**
     * Applies a message unless that has been done. When this returns, the effect is durable.
     *
     * @param messageId the same for every delivery of a message, and of no other message of this consumer: 1 to 200 characters
     * @param effect what the message does; what it does elsewhere than on its connection is not undone when it fails
     * @return whether it was applied now; if not, it had been applied before
     * @throws X what the effect throws; nothing was applied
     * @throws dev.troth.spi.BranchFailedException if the database certainly rolled back, with the reason; nothing was applied
     * @throws StoreException if the database failed. Nothing was applied, or, where the message says so, that is not known: deliver the
     *     message again, its id tells
     */
    @Override
    public <X extends Exception> boolean once(String messageId, Effect<X> effect) throws X {
        String id = checked("message id", messageId, MAX_ID);
        Opened inbox = opened();
        if (!apply(inbox, id, effect)) {
            log.debug("consumer={} message={} was applied before", consumer, id);
            renew(inbox, id);
            return false;
        }
        if (applied.incrementAndGet() % PURGE_EVERY == 0) {
            purgeSome();
        }
        return true;
    }

    private <X extends Exception> boolean apply(Opened inbox, String id, Effect<X> effect) throws X {
        try (LentTransaction transaction = new LentTransaction(inbox.database, "inbox '" + consumer + "'")) {
            if (!note(inbox, transaction, id)) {
                return false;
            }
            effect.apply(transaction.connection());
            transaction.commit(new Task(
                    "see the end of the commit of message '" + id + "'",
                    "Whether it was applied is not known here: let it be delivered again, the inbox tells."));
            return true;
        }
    }

    /** Checks the tables; without this, they are checked when the first message is applied. */
    @Override
    public void open() {
        Opened unused = opened();
    }

    @Override
    public Refusal explain(Throwable failure) {
        return Failures.explain(failure, opened().database.dialect().errors());
    }

    @Override
    public void keep(DeadLetter letter) {
        Opened inbox = opened();
        Task task = new Task(
                "keep message '" + letter.envelope().messageId() + "' of consumer '" + consumer + "' as a dead letter",
                "Whether it is kept is not known; it is delivered again.");
        boolean kept =
                inbox.database.together(task, connection -> inbox.deadLetters.keep(connection, consumer, letter));
        if (!kept) {
            throw new StoreException(
                    "Could not " + task.what() + ": others changed its letter each time. This failure was not noted;"
                            + " the message is delivered again.",
                    null);
        }
    }

    @Override
    public DeadLetterStore deadLetters() {
        return new JdbcDeadLetters(opened().database, consumer);
    }

    /** Does nothing: the connections are the data source's. */
    @Override
    public void close() {}

    private boolean note(Opened inbox, LentTransaction transaction, String id) {
        Connection raw = transaction.raw();
        try {
            return inbox.table.insert(raw, consumer, id);
        } catch (SQLException failure) {
            transaction.spoilIfLost(failure);
            throw transaction.refused(
                    new Task("note message '" + id + "' of consumer '" + consumer + "'", "Nothing was applied."),
                    failure);
        }
    }

    /** As long as copies come, it is not forgotten. In a transaction of its own: that of the duplicate holds a lock on MariaDB. */
    private void renew(Opened inbox, String id) {
        Task task =
                new Task("keep the id of message '" + id + "' for longer", "It was applied before, and is not again.");
        try {
            boolean unused =
                    inbox.database.together(task, connection -> inbox.table.renew(connection, consumer, id, retention));
        } catch (StoreException e) {
            log.debug("consumer={} message={} not kept for longer, the next copy tries", consumer, id, e);
        }
    }

    private void purgeSome() {
        try {
            int ids = purge(PURGED_AT_ONCE);
            int letters = deadLetters().purge(SETTLED_LETTERS_KEPT, LETTERS_PURGED_AT_ONCE);
            log.debug("consumer={} deleted ids={} deadLetters={}", consumer, ids, letters);
        } catch (StoreException e) {
            log.warn(
                    "code=TROTH-0403 consumer={} Old message ids and settled dead letters could not be deleted; it is tried"
                            + " again later",
                    consumer,
                    e);
        }
    }

    /**
     * Deletes ids that are older than the retention; it happens by itself as messages are applied.
     *
     * @param limit how many at most
     * @return how many
     */
    public int purge(int limit) {
        Opened inbox = opened();
        return inbox.database.background(
                new Task("delete old message ids", "It is tried again by itself."),
                connection -> inbox.table.purge(connection, consumer, retention, limit));
    }

    private Opened opened() {
        Opened inbox = opened;
        if (inbox == null) {
            Database database = Database.connect(source);
            String unused = new Schema(database).check();
            inbox = new Opened(database, new InboxTable(database.dialect()), new DeadLetterTable(database.dialect()));
            opened = inbox;
        }
        return inbox;
    }

    /** Databases differ in what they make of spaces at an end. */
    private static String checked(String what, String text, int longest) {
        if (text.isEmpty() || text.length() > longest || !text.strip().equals(text)) {
            throw new IllegalArgumentException("A " + what + " has 1 to " + longest
                    + " characters and no space at either end, but this one has " + text.length() + ": '"
                    + text.substring(0, Math.min(40, text.length())) + "'");
        }
        return text;
    }

    private record Opened(Database database, InboxTable table, DeadLetterTable deadLetters) {}
}
