package dev.troth.bench.contender;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One commit after the other: what a service does that hopes. Who dies in between leaves a blog without its review. */
final class TwoCommits implements Contender {
    private final List<Client> clients = new ArrayList<>();

    TwoCommits(Setting setting) throws SQLException {
        for (int i = 0; i < setting.clients(); i++) {
            clients.add(new Client(setting));
        }
    }

    /** Connections of its own, statements that are prepared once. */
    private static final class Client {
        private final List<Connection> connections = new ArrayList<>();
        private final List<PreparedStatement> inserts = new ArrayList<>();

        Client(Setting setting) throws SQLException {
            for (String url : setting.databases()) {
                Connection connection = DriverManager.getConnection(url);
                connection.setAutoCommit(false);
                inserts.add(connection.prepareStatement(connections.isEmpty() ? Rows.BLOG : Rows.REVIEW));
                connections.add(connection);
            }
        }
    }

    @Override
    public void write(int client, long id, String title, String content) throws SQLException {
        Client self = clients.get(client);
        for (int i = 0; i < self.connections.size(); i++) {
            PreparedStatement insert = self.inserts.get(i);
            if (i == 0) {
                Rows.bindBlog(insert, title, content);
            } else {
                Rows.bindReview(insert, id, content);
            }
            insert.executeUpdate();
            self.connections.get(i).commit();
        }
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
