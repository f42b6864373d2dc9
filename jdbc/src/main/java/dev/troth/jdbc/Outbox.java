package dev.troth.jdbc;

import dev.troth.jdbc.Database.SqlWork;
import dev.troth.jdbc.Database.Task;
import dev.troth.jdbc.OutboxTable.Page;
import dev.troth.jdbc.OutboxTable.Unreadable;
import dev.troth.protocol.Text;
import dev.troth.spi.OutboxStore;
import dev.troth.spi.StoreException;
import dev.troth.spi.UnfitStoreException;
import dev.troth.spi.UnfitStoreException.Lack;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that are written with the data of a local transaction and sent after its commit, as tables of the same database:
 * PostgreSQL, MariaDB, MySQL or H2. The tables are made by {@link TrothTables}.
 *
 * <p>Adding costs one insert in a transaction that commits anyway. What was sent is deleted; on PostgreSQL nothing but that commit waits for the
 * disk. A message that fails is set apart in the table, so that what is sent beside it stays fast. Debezium's EventRouter reads the
 * table {@code troth_outbox} as it is. Safe for use by several threads.
 */
public final class Outbox implements OutboxStore {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    /** What cannot be read here may be read by another version of this library, so it stays. */
    private static final Duration PAUSE_OF_UNREADABLE = Duration.ofMinutes(1);

    private final DataSource source;
    private volatile @Nullable Opened opened;

    private Outbox(DataSource source) {
        this.source = source;
    }

    /** The outbox in that database: that of the connections on which messages are added. */
    public static Outbox on(DataSource source) {
        return new Outbox(source);
    }

    @Override
    public String open() {
        Database database = Database.connect(source);
        if (database.dialect().isDerby()) {
            throw new UnfitStoreException(
                    Lack.ABILITY,
                    "Apache Derby at " + database.label()
                            + " cannot keep an outbox: whoever reads there waits for every"
                            + " transaction that writes.",
                    "Use H2, PostgreSQL, MariaDB or MySQL.");
        }
        String identity = new Schema(database).check();
        Durability.check(database);
        if (database.dialect().isPostgres()) {
            PostgresCheck.outbox(database);
        }
        OutboxTable table = new OutboxTable(database.dialect());
        checkLanes(database, table);
        opened = new Opened(database, table, identity, ConcurrentHashMap.newKeySet());
        return identity;
    }

    private static void checkLanes(Database database, OutboxTable table) {
        int lanes = database.each(new Task("count the lanes of the outbox", "Nothing was changed."), table::lanes);
        if (lanes != LANES) {
            throw new UnfitStoreException(
                    Lack.TABLES,
                    "troth_outbox_lanes in " + database.label() + " has " + lanes + " rows instead of " + LANES + ".",
                    "Run " + Schema.scriptName(database.dialect()) + " again: it adds the rows to an empty table.");
        }
    }

    @Override
    public void add(Connection connection, Outgoing message) {
        Opened outbox = opened();
        try {
            if (connection.getAutoCommit()) {
                throw new IllegalArgumentException(
                        "Message '" + message.envelope().messageId()
                                + "' was to be added on a connection that commits by itself, so it would be sent even if the data is"
                                + " rolled back. Nothing was added. Call setAutoCommit(false) before, or take the connection on"
                                + " which your framework runs the transaction.");
            }
            outbox.checkHere(connection, message);
            outbox.table.add(connection, message);
        } catch (SQLException failure) {
            throw outbox.database.failure(
                    new Task(
                            "add message '" + message.envelope().messageId() + "' to the outbox",
                            "Roll the transaction back: then nothing of it is there."),
                    failure);
        }
    }

    @Override
    public boolean waiting() {
        Opened outbox = opened();
        return outbox.read(
                new Task("look for messages in the outbox", "It is looked again by itself."), outbox.table::waiting);
    }

    @Override
    public Set<Integer> lease(String relay, Set<Integer> lanes, Duration lease) {
        Opened outbox = opened();
        Task task = new Task("lease lanes of the outbox", "Others may have them; it is tried again by itself.");
        return outbox.write(task, connection -> outbox.table.lease(connection, relay, lanes, lease));
    }

    @Override
    public void release(String relay) {
        Opened outbox = opened();
        Task task = new Task("give lanes of the outbox back", "Others get them when the lease ends.");
        Set<Integer> unused = outbox.write(task, connection -> {
            outbox.table.release(connection, relay);
            return Set.of();
        });
    }

    @Override
    public List<Waiting> next(Set<Integer> lanes, int limit) {
        if (lanes.isEmpty() || limit <= 0) {
            return List.of();
        }
        Opened outbox = opened();
        Task task = new Task("read messages of the outbox", "They stay there; it is tried again by itself.");
        Page page = outbox.read(task, connection -> outbox.table.next(connection, lanes, limit));
        page.unreadable().forEach(row -> setApart(outbox, row));
        Set<String> unreadable = page.unreadable().stream().map(Unreadable::key).collect(Collectors.toSet());
        return page.messages().stream()
                .filter(each -> !unreadable.contains(each.message().key()))
                .toList();
    }

    /** It must not keep others out, so it waits as one that failed. */
    private static void setApart(Opened outbox, Unreadable row) {
        log.warn(
                "code=TROTH-0404 seq={} key={} A message of the outbox cannot be read and is not sent: {}",
                row.number(),
                Text.quote(row.key()),
                Text.quote(row.reason()));
        outbox.failed(row.number(), row.key(), PAUSE_OF_UNREADABLE, row.reason());
    }

    @Override
    public void sent(Collection<Long> numbers) {
        if (numbers.isEmpty()) {
            return;
        }
        Opened outbox = opened();
        Task task = new Task(
                "delete " + numbers.size() + " messages of the outbox that were sent",
                "They may be sent again, with the same ids.");
        Collection<Long> unused = outbox.write(task, connection -> {
            outbox.table.sent(connection, numbers);
            return numbers;
        });
    }

    @Override
    public void failed(Waiting message, Duration pause, String reason) {
        opened().failed(message.number(), message.message().key(), pause, reason);
    }

    @Override
    public Backlog backlog() {
        Opened outbox = opened();
        return outbox.database.together(new Task("count the messages of the outbox", "Nothing was changed."), c -> {
            outbox.table.lightly(c);
            return outbox.table.backlog(c);
        });
    }

    /** Does nothing: the outbox runs nothing of its own, and the data source belongs to whoever made it. */
    @Override
    public void close() {}

    private Opened opened() {
        Opened outbox = opened;
        if (outbox == null) {
            throw new StoreException(
                    "The outbox is not open. Nothing was done. Call open() once before using it.", null);
        }
        return outbox;
    }

    /**
     * The tables that were found at the start.
     *
     * @param here addresses that were seen to be of this database
     */
    private record Opened(Database database, OutboxTable table, String identity, Set<String> here) {
        /** Every database of Troth's has such a table, but nobody sends what is written to another one. Asked once for each address. */
        void checkHere(Connection connection, Outgoing message) throws SQLException {
            String address = connection.getMetaData().getURL();
            if (address == null || here.contains(address)) {
                return;
            }
            String there = table.identity(connection);
            if (!there.equals(identity)) {
                throw new IllegalArgumentException(
                        "Message '" + message.envelope().messageId()
                                + "' was to be added on a connection to another database than that of the outbox ("
                                + database.label()
                                + "): nobody would ever send it. Nothing was added. Give the service an outbox"
                                + " there, or take a connection to the outbox's database.");
            }
            here.add(address);
        }

        /** On PostgreSQL in a transaction, for its settings; elsewhere every statement sees what is committed. */
        <T> T read(Task task, SqlWork<T> work) {
            return database.dialect().isPostgres() ? write(task, work) : database.each(task, work);
        }

        <T> T write(Task task, SqlWork<T> work) {
            return database.together(task, connection -> {
                table.byIndex(connection);
                return work.run(connection);
            });
        }

        void failed(long number, String key, Duration pause, String reason) {
            Task task = new Task(
                    "note that message " + number + " of the outbox could not be sent",
                    "It may be tried again at once.");
            Duration unused = write(task, connection -> {
                table.failed(connection, number, key, pause, reason);
                return pause;
            });
        }
    }
}
