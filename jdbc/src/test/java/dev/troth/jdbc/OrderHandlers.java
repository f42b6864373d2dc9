package dev.troth.jdbc;

import dev.troth.testkit.idempotency.IdempotencyProof.Consumer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Handlers of orders as people write them: some are idempotent, others are not. */
final class OrderHandlers {
    private OrderHandlers() {}

    static void pay(Connection connection, Order order) throws SQLException {
        run(connection, "INSERT INTO payments (order_id, amount) VALUES (?, ?)", order.id(), order.amount());
    }

    static void payElsewhere(DataSource database, Order order) throws SQLException {
        try (Connection connection = database.getConnection()) {
            pay(connection, order);
        }
    }

    static int price(Connection connection, Order order) throws SQLException {
        return run(connection, "UPDATE prices SET price = ? WHERE product = ?", order.amount(), order.product());
    }

    private static void note(Connection connection, Order order) throws SQLException {
        run(connection, "INSERT INTO seen (id) VALUES (?)", order.id());
    }

    private static boolean seen(Connection connection, Order order) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id FROM seen WHERE id = ?")) {
            select.setString(1, order.id());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static int run(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    private static boolean duplicate(SQLException failure) {
        return "23505".equals(failure.getSQLState()) || failure instanceof SQLIntegrityConstraintViolationException;
    }

    /** Several statements that commit together. */
    @FunctionalInterface
    interface Work {
        void run(Connection connection) throws SQLException;
    }

    static void together(DataSource database, Work work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                work.run(connection);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    // Right.

    static Consumer<Order> inbox(DataSource database) {
        Inbox inbox = Inbox.on(database);
        return order -> inbox.once(order.id(), connection -> pay(connection, order));
    }

    static Consumer<Order> naturalKey(DataSource database) {
        return order -> {
            try (Connection connection = database.getConnection()) {
                run(connection, "INSERT INTO invoices (order_id, amount) VALUES (?, ?)", order.id(), order.amount());
            } catch (SQLException e) {
                if (!duplicate(e)) {
                    throw e;
                }
            }
        };
    }

    /** The number of an order's id is its version. */
    static Consumer<Order> conditionalUpdate(DataSource database) {
        String sql = "UPDATE prices SET price = ?, version = ? WHERE product = ? AND version < ?";
        return order -> together(database, connection -> {
            int version = Integer.parseInt(order.id().substring(order.id().indexOf('-') + 1));
            run(connection, sql, order.amount(), version, order.product(), version);
        });
    }

    /** Right where the database lets one of two fail that have looked before either has written. */
    static Consumer<Order> checkThenInsertSerializably(DataSource database) {
        return order -> together(database, connection -> {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            payIfUnpaid(connection, order);
        });
    }

    // Wrong.

    static Consumer<Order> noNote(DataSource database) {
        return order -> together(database, connection -> pay(connection, order));
    }

    static Consumer<Order> notedBefore(DataSource database) {
        return order -> {
            try {
                together(database, connection -> note(connection, order));
            } catch (SQLException e) {
                if (duplicate(e)) {
                    return;
                }
                throw e;
            }
            together(database, connection -> pay(connection, order));
        };
    }

    static Consumer<Order> notedAfter(DataSource database) {
        return order -> {
            boolean[] seen = {false};
            together(database, connection -> {
                seen[0] = seen(connection, order);
                if (!seen[0]) {
                    pay(connection, order);
                }
            });
            if (!seen[0]) {
                together(database, connection -> note(connection, order));
            }
        };
    }

    static Consumer<Order> notedInMemory(DataSource database) {
        Set<String> seen = new HashSet<>();
        return order -> {
            if (!seen.contains(order.id())) {
                together(database, connection -> pay(connection, order));
                seen.add(order.id());
            }
        };
    }

    static Consumer<Order> notedInMemoryBefore(DataSource database) {
        Set<String> seen = new HashSet<>();
        return order -> {
            if (seen.add(order.id())) {
                together(database, connection -> pay(connection, order));
            }
        };
    }

    /** In one transaction, but nothing in the database says that there may be one payment only. */
    static Consumer<Order> checkThenInsert(DataSource database) {
        return order -> together(database, connection -> payIfUnpaid(connection, order));
    }

    private static void payIfUnpaid(Connection connection, Order order) throws SQLException {
        String sql = "SELECT amount FROM payments WHERE order_id = ?";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, order.id());
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()) {
                    pay(connection, order);
                }
            }
        }
    }

    static Consumer<Order> callsAnotherSystem(DataSource database, AtomicInteger calls) {
        Inbox inbox = Inbox.on(database);
        return order -> inbox.once(order.id(), connection -> {
            calls.incrementAndGet();
            pay(connection, order);
        });
    }

    static Consumer<Order> callsAnotherSystemAfterwards(DataSource database, AtomicInteger calls) {
        Inbox inbox = Inbox.on(database);
        return order -> {
            if (inbox.once(order.id(), connection -> pay(connection, order))) {
                calls.incrementAndGet();
            }
        };
    }

    static Consumer<Order> lastOneCounts(DataSource database) {
        return order -> together(database, connection -> price(connection, order));
    }

    static Consumer<Order> lastOneCountsWithInbox(DataSource database) {
        Inbox inbox = Inbox.on(database);
        return order -> inbox.once(order.id(), connection -> price(connection, order));
    }

    static Consumer<Order> swallows(DataSource database) {
        return order -> {
            try (Connection connection = database.getConnection()) {
                run(connection, "INSERT INTO invoices (order_id, amount) VALUES (?, ?)", order.id(), order.amount());
            } catch (SQLException everything) {
                return; // "a duplicate"
            }
        };
    }

    static Consumer<Order> refusesDuplicates(DataSource database) {
        String sql = "INSERT INTO invoices (order_id, amount) VALUES (?, ?)";
        return order -> together(database, connection -> run(connection, sql, order.id(), order.amount()));
    }
}
