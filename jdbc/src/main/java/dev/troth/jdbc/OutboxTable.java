package dev.troth.jdbc;

import dev.troth.spi.OutboxStore;
import dev.troth.spi.OutboxStore.Backlog;
import dev.troth.spi.OutboxStore.Outgoing;
import dev.troth.spi.OutboxStore.Waiting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rules of the outbox as statements on its tables. It commits nothing; its callers do. */
final class OutboxTable {
    private static final int CHUNK = 500;
    private static final int LEAST_OF_A_LANE = 100;
    private static final int FETCHED_AT_ONCE = 100;
    private static final int BYTES_AT_ONCE = 16 << 20;
    private static final int MAX_REASON = 1_000;

    private final Dialect dialect;
    private final OutboxSql sql;

    OutboxTable(Dialect dialect) {
        this.dialect = dialect;
        this.sql = new OutboxSql(dialect);
    }

    /** Makes the transaction that begins one that sees what is committed and waits for no disk, where that can be said. */
    void lightly(Connection connection) throws SQLException {
        begin(connection, OutboxSql.LIGHTLY);
    }

    /** The same for one that has to find its rows by an index. */
    void byIndex(Connection connection) throws SQLException {
        begin(connection, OutboxSql.LIGHTLY + "; " + PostgresSql.BY_INDEX);
    }

    private void begin(Connection connection, String settings) throws SQLException {
        if (dialect.isPostgres()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(settings);
            }
        }
    }

    /** The identity of the database that the connection is to. */
    String identity(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT store FROM troth_identity WHERE one = 1")) {
            return row.next() ? row.getString(1) : "";
        }
    }

    int lanes(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM troth_outbox_lanes")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    void add(Connection connection, Outgoing message) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql.add)) {
            OutboxRow.bind(insert, OutboxStore.lane(message.key()), message);
            insert.executeUpdate();
        }
    }

    boolean waiting(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.waiting)) {
            return rows.next();
        }
    }

    Set<Integer> lease(Connection connection, String relay, Set<Integer> lanes, Duration lease) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.lease)) {
            for (int lane : new TreeSet<>(lanes)) {
                update.setString(1, relay);
                update.setLong(2, lease.toMillis());
                update.setInt(3, lane);
                update.setString(4, relay);
                update.setLong(5, 2 * lease.toMillis());
                update.addBatch();
            }
            update.executeBatch();
        }
        Set<Integer> leased = new TreeSet<>();
        try (PreparedStatement select = connection.prepareStatement(sql.leased)) {
            select.setString(1, relay);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    leased.add(rows.getInt(1));
                }
            }
        }
        leased.retainAll(lanes);
        return leased;
    }

    void release(Connection connection, String relay) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.release)) {
            for (int lane = 0; lane < OutboxStore.LANES; lane++) {
                update.setInt(1, lane);
                update.setString(2, relay);
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /** What may be tried now, of no lane much more than its share. Messages that failed before leave half of the room to those that did not. */
    Page next(Connection connection, Set<Integer> wanted, int limit) throws SQLException {
        List<Integer> lanes = List.copyOf(new TreeSet<>(wanted));
        int share = Math.min(limit, Math.max(LEAST_OF_A_LANE, 2 * limit / lanes.size()));
        Page first = new Page();
        try (PreparedStatement select = connection.prepareStatement(sql.next(lanes.size()))) {
            int parameter = 1;
            for (int lane : lanes) {
                select.setInt(parameter++, lane);
                select.setInt(parameter++, share);
            }
            select.setInt(parameter, limit);
            first.read(select);
        }
        int room = Math.max(limit - first.size(), (limit + 1) / 2);
        try (PreparedStatement select = connection.prepareStatement(sql.retries(lanes.size()))) {
            int parameter = 1;
            for (int lane : lanes) {
                select.setInt(parameter++, lane);
            }
            select.setInt(parameter, room);
            Page retries = new Page();
            retries.read(select);
            return first.with(retries, limit);
        }
    }

    /** Deletes in ascending order, as everybody does who deletes the same. */
    void sent(Connection connection, Collection<Long> numbers) throws SQLException {
        List<Long> sorted = List.copyOf(new TreeSet<>(numbers));
        for (int from = 0; from < sorted.size(); from += CHUNK) {
            delete(connection, sorted.subList(from, Math.min(from + CHUNK, sorted.size())));
        }
    }

    private void delete(Connection connection, List<Long> numbers) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql.sent(numbers.size()))) {
            switch (dialect.name()) {
                case "postgresql" -> delete.setArray(1, connection.createArrayOf("bigint", numbers.toArray()));
                case "mariadb" -> delete.setString(1, numbers.toString()); // an array of JSON
                default -> {
                    for (int i = 0; i < numbers.size(); i++) {
                        delete.setLong(i + 1, numbers.get(i));
                    }
                }
            }
            delete.executeUpdate();
        }
    }

    /** Whoever sets the message apart notes its first failure. If it is apart already, its row is there; or it was sent. */
    void failed(Connection connection, long number, String key, Duration pause, String reason) throws SQLException {
        String clipped = reason.substring(0, Math.min(MAX_REASON, reason.length()));
        if (setApart(connection, number)) {
            fail(connection, number, key, pause, clipped);
            return;
        }
        try (PreparedStatement update = connection.prepareStatement(sql.failAgain)) {
            update.setLong(1, pause.toMillis());
            update.setString(2, clipped);
            update.setLong(3, number);
            update.executeUpdate();
        }
    }

    private boolean setApart(Connection connection, long number) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.setApart)) {
            update.setLong(1, number);
            return update.executeUpdate() == 1;
        }
    }

    private void fail(Connection connection, long number, String key, Duration pause, String reason)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql.fail)) {
            insert.setLong(1, number);
            insert.setInt(2, OutboxStore.lane(key));
            insert.setString(3, key);
            insert.setInt(4, 1);
            insert.setLong(5, pause.toMillis());
            insert.setString(6, reason);
            insert.executeUpdate();
        }
    }

    Backlog backlog(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.backlog)) {
            rows.next();
            return new Backlog(rows.getLong(1), Duration.ofMillis(Math.max(0, rows.getLong(2))), rows.getLong(3));
        }
    }

    /**
     * A row that this version cannot read.
     *
     * @param key as it stands in the row
     */
    record Unreadable(long number, String key, String reason) {}

    /** Messages in the order of their numbers, and rows that could not be read. */
    static final class Page {
        private final TreeMap<Long, Waiting> messages = new TreeMap<>();
        private final List<Unreadable> unreadable = new ArrayList<>();

        List<Waiting> messages() {
            return List.copyOf(messages.values());
        }

        List<Unreadable> unreadable() {
            return unreadable;
        }

        private int size() {
            return messages.size();
        }

        /** Reads until the rows end, or until so many bytes were read that more might not fit into memory. */
        private void read(PreparedStatement select) throws SQLException {
            select.setFetchSize(FETCHED_AT_ONCE);
            long bytes = 0;
            try (ResultSet rows = select.executeQuery()) {
                while (bytes < BYTES_AT_ONCE && rows.next()) {
                    bytes += readOne(rows);
                }
            }
        }

        private int readOne(ResultSet rows) throws SQLException {
            try {
                Waiting message = OutboxRow.read(rows);
                messages.put(message.number(), message);
                return message.message().envelope().body().length;
            } catch (IllegalArgumentException failure) {
                unreadable.add(new Unreadable(
                        rows.getLong("seq"), rows.getString("aggregateid"), String.valueOf(failure.getMessage())));
                return 0;
            }
        }

        /** With messages that failed before; those at the end give way. */
        private Page with(Page retries, int limit) {
            while (size() + retries.size() > limit && !messages.isEmpty()) {
                messages.pollLastEntry();
            }
            for (Map.Entry<Long, Waiting> retry : retries.messages.entrySet()) {
                messages.put(retry.getKey(), retry.getValue());
            }
            unreadable.addAll(retries.unreadable);
            return this;
        }
    }
}
