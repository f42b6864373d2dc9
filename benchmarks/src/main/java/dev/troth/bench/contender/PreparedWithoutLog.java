package dev.troth.bench.contender;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * PREPARE TRANSACTION in every database, then COMMIT PREPARED in every database, one after the other, and no log: the least that a prepared
 * transaction can cost, and unsafe. Who dies in between leaves prepared transactions of which nobody knows whether to commit them.
 */
final class PreparedWithoutLog implements Contender {
    private final List<Client> clients = new ArrayList<>();
    private final String run = Long.toHexString(System.nanoTime());

    PreparedWithoutLog(Setting setting) throws SQLException {
        for (int i = 0; i < setting.clients(); i++) {
            clients.add(new Client(setting));
        }
    }

    private static final class Client {
        private final List<Connection> connections = new ArrayList<>();
        private final List<PreparedStatement> inserts = new ArrayList<>();
        private final List<Statement> statements = new ArrayList<>();

        Client(Setting setting) throws SQLException {
            for (String url : setting.databases()) {
                Connection connection = DriverManager.getConnection(url);
                inserts.add(connection.prepareStatement(connections.isEmpty() ? Rows.BLOG : Rows.REVIEW));
                statements.add(connection.createStatement());
                connections.add(connection);
            }
        }
    }

    @Override
    public void write(int client, long id, String title, String content) throws SQLException {
        Client self = clients.get(client);
        for (int i = 0; i < self.connections.size(); i++) {
            Connection connection = self.connections.get(i);
            connection.setAutoCommit(false);
            PreparedStatement insert = self.inserts.get(i);
            if (i == 0) {
                Rows.bindBlog(insert, title, content);
            } else {
                Rows.bindReview(insert, id, content);
            }
            insert.executeUpdate();
            self.statements.get(i).executeUpdate("PREPARE TRANSACTION '" + name(id, i) + "'");
            connection.setAutoCommit(true);
        }
        for (int i = 0; i < self.connections.size(); i++) {
            self.statements.get(i).executeUpdate("COMMIT PREPARED '" + name(id, i) + "'");
        }
    }

    private String name(long id, int branch) {
        return run + "-" + id + "-" + branch;
    }

    @Override
    public void close() throws SQLException {
        for (Client client : clients) {
            for (Connection connection : client.connections) {
                connection.close();
            }
        }
    }
}
