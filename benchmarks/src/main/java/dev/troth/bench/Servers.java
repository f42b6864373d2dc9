package dev.troth.bench;

import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The servers of all runs, each started when it is first needed. They end with this JVM. */
final class Servers implements AutoCloseable {
    /** Every message that clients have published: RabbitMQ counts by protocol, in counters that need no plugin. */
    private static final String RECEIVED = "lists:sum([maps:get(messages_received_total, Counters, 0)"
            + " || {_, Counters} <- maps:to_list(rabbit_global_counters:overview())]).";

    private final Map<String, String> environment;
    private final Map<Integer, List<PostgresServer>> databases = new LinkedHashMap<>(); // by how many can be prepared
    private final Map<String, Object> versions = new LinkedHashMap<>();
    private @Nullable RabbitServer broker;

    /** With variables for every server's process. */
    Servers(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The one of that number of those in which so many transactions can be prepared. */
    PostgresServer database(int number, int prepared) throws SQLException {
        List<PostgresServer> running = databases.computeIfAbsent(prepared, none -> new ArrayList<>());
        while (running.size() <= number) {
            PostgresServer added = PostgresServer.local()
                    .maxPreparedTransactions(prepared)
                    .setting("max_connections", "300")
                    .setting("shared_buffers", "128MB");
            environment.forEach(added::environment);
            running.add(added.start());
        }
        if (!versions.containsKey("postgresql")) {
            versions.put("postgresql", word(running.get(0), "SHOW server_version"));
        }
        return running.get(number);
    }

    RabbitServer broker() {
        RabbitServer running = broker;
        if (running == null) {
            running = RabbitServer.local();
            broker = running;
            environment.forEach(running::environment);
            running.start();
            versions.put("rabbitmq", running.control("version").strip());
        }
        return running;
    }

    /** How many messages the broker has received since it was started. */
    long received() {
        return Long.parseLong(broker().control("eval", RECEIVED).strip());
    }

    /** Of those that have been started. */
    Map<String, Object> versions() {
        return versions;
    }

    /** Drops it with what is left prepared in it, for a server refuses to drop a database in which something is. */
    static void drop(PostgresServer server, String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String gid : prepared(statement)) {
                statement.execute("ROLLBACK PREPARED '" + gid.replace("'", "''") + "'");
            }
        }
        String name = url.replaceFirst(".*/([^?/]+)\\?.*", "$1");
        try (Connection connection = DriverManager.getConnection(server.url());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE \"" + name + "\" WITH (FORCE)");
        }
    }

    private static List<String> prepared(Statement statement) throws SQLException {
        List<String> gids = new ArrayList<>();
        try (ResultSet rows =
                statement.executeQuery("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()")) {
            while (rows.next()) {
                gids.add(rows.getString(1));
            }
        }
        return gids;
    }

    private static String word(PostgresServer server, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.url());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1).replaceFirst(" .*", "");
        }
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
        databases.values().forEach(running -> running.forEach(PostgresServer::close));
    }
}
