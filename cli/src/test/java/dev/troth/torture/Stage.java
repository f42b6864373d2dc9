package dev.troth.torture;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.troth.cli.harness.Polling;
import dev.troth.cli.harness.Remains;
import dev.troth.cli.harness.Restartable;
import dev.troth.cli.process.ServiceSpec;
import dev.troth.jdbc.TrothTables;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitCluster;
import dev.troth.testkit.servers.RabbitServer;
import dev.troth.testkit.servers.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Three banks, each with a database server of its own (PostgreSQL, PostgreSQL, MariaDB), and a cluster of three brokers. A proxy stands
 * between each bank and its database, and between each bank and each broker. All of it ends with this JVM.
 */
final class Stage implements AutoCloseable {
    static final List<String> BANKS = List.of("alpha", "beta", "gamma");
    private static final Duration ELECTION = Duration.ofSeconds(20);

    private final Map<String, DatabaseServer> servers = new LinkedHashMap<>();
    final Map<String, String> urls = new LinkedHashMap<>();
    private final Map<String, Restartable> banks = new LinkedHashMap<>();
    final Map<String, TcpProxy> wires = new LinkedHashMap<>();
    final RabbitCluster rabbits = RabbitCluster.local();

    Stage() {
        servers.put("alpha", PostgresServer.local());
        servers.put("beta", PostgresServer.local());
        servers.put("gamma", MariaDbServer.local());
    }

    void start() throws SQLException {
        together(Stream.concat(
                Stream.<Runnable>of(rabbits::start), servers.values().stream().map(server -> server::start)));
        for (String bank : BANKS) {
            DatabaseServer server = server(bank);
            String url = server.createDatabase("bank");
            furnish(url);
            urls.put(bank, url);
            TcpProxy toDatabase = wire(bank + " - its database", server.port());
            String amqp = rabbits.uri();
            for (RabbitServer node : rabbits.nodes()) {
                int number = rabbits.nodes().indexOf(node) + 1;
                amqp = wire(bank + " - broker " + number, node.port()).through(amqp);
            }
            banks.put(bank, new Restartable(ServiceSpec.of(Bank.class.getName(), bank, toDatabase.through(url), amqp)));
        }
        together(banks.values().stream().map(bank -> bank::start));
        rabbits.flush();
    }

    private TcpProxy wire(String name, int port) {
        TcpProxy wire = TcpProxy.to(port);
        wires.put(name, wire);
        return wire;
    }

    private static void furnish(String url) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(1);
        try (HikariDataSource source = new HikariDataSource(config)) {
            TrothTables.of(source).create();
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                for (String table : Accounts.TABLES) {
                    statement.execute(table);
                }
                for (int account = 0; account < TransferMaker.ACCOUNTS; account++) {
                    statement.addBatch("INSERT INTO accounts (account, balance, version) VALUES (" + account + ", "
                            + TransferMaker.INITIAL + ", 0)");
                }
                statement.executeBatch();
            }
        }
    }

    /** What is left over in any of the databases; empty if nothing is. */
    String remains() {
        return BANKS.stream()
                .map(bank -> bank + ": " + Remains.of(Objects.requireNonNull(urls.get(bank))))
                .filter(text -> !text.endsWith(": "))
                .collect(Collectors.joining(", "));
    }

    Restartable bank(String name) {
        return Objects.requireNonNull(banks.get(name));
    }

    /** The database server of that bank. */
    DatabaseServer server(String bank) {
        return Objects.requireNonNull(servers.get(bank));
    }

    /** The broker that leads the queue that the bank's commands go through; waits for the end of an election. */
    RabbitServer leader(String bank) {
        AtomicReference<RabbitServer> leader = new AtomicReference<>();
        Polling.untilNothing(ELECTION, () -> {
            rabbits.leader("troth.participant." + bank).ifPresent(leader::set);
            return leader.get() == null ? "the queue of " + bank + " has no leader" : "";
        });
        return Objects.requireNonNull(leader.get());
    }

    TcpProxy wire(String name) {
        return Objects.requireNonNull(wires.get(name));
    }

    /** Does them at the same time. */
    static void together(Stream<Runnable> tasks) {
        CompletableFuture.allOf(tasks.map(CompletableFuture::runAsync).toArray(CompletableFuture<?>[]::new))
                .join();
    }

    @Override
    public void close() {
        banks.values().forEach(Restartable::close);
        wires.values().forEach(TcpProxy::close);
        List<Runnable> all = new ArrayList<>(List.of(rabbits::close));
        servers.values().forEach(server -> all.add(server::close));
        together(all.stream());
    }
}
