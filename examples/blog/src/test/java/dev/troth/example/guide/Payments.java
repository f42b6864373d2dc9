package dev.troth.example.guide;

import dev.troth.jdbc.Inbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Takes a payment for every order that was placed. */
final class Payments {
    private final Inbox inbox;

    Payments(DataSource database) {
        inbox = Inbox.on(database);
    }

    void apply(OrderPlaced order) throws SQLException {
        inbox.once(order.id(), connection -> insert(connection, order));
    }

    static void insert(Connection connection, OrderPlaced order) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO payments (order_id, amount) VALUES (?, ?)")) {
            insert.setString(1, order.id());
            insert.setInt(2, order.amount());
            insert.executeUpdate();
        }
    }
}
