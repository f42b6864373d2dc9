package dev.troth.soak;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.cli.harness.Fault;
import dev.troth.cli.harness.Faults;
import dev.troth.cli.harness.Restartable;
import dev.troth.cli.harness.ServicePool;
import dev.troth.cli.process.ServiceSpec;
import dev.troth.jdbc.TrothTables;
import dev.troth.testkit.servers.DatabaseServer;
import dev.troth.testkit.servers.MariaDbServer;
import dev.troth.testkit.servers.PostgresServer;
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
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Two writers with one PostgreSQL, two readers with one PostgreSQL or MariaDB, and a broker; a proxy on every wire. All of it ends with this
 * JVM.
 */
final class Stage implements AutoCloseable {
    static final List<String> WRITERS = List.of("writer-1", "writer-2");
    private static final List<String> READERS = List.of("reader-1", "reader-2");
    private static final Duration LONGEST = Duration.ofSeconds(8);

    private final DatabaseServer left = PostgresServer.local();
    private final DatabaseServer right;
    private final RabbitServer rabbit = RabbitServer.local();
    private final Map<String, TcpProxy> wires = new LinkedHashMap<>();
    private final Map<String, Restartable> services = new LinkedHashMap<>();
    private String writersUrl = "";
    private String readersUrl = "";

    Stage(boolean readersOnMariaDb) {
        right = readersOnMariaDb ? MariaDbServer.local() : PostgresServer.local();
    }

    void start(long numbers) throws SQLException {
        left.start();
        right.start();
        rabbit.start();
        writersUrl = furnished(left);
        readersUrl = furnished(right);
        for (String name : READERS) {
            services.put(name, service(Reader.class, name, right, readersUrl, 0));
        }
        for (String name : WRITERS) {
            services.put(name, service(Writer.class, name, left, writersUrl, numbers));
        }
        services.values().forEach(Restartable::start);
        rabbit.flush();
    }

    private Restartable service(Class<?> program, String name, DatabaseServer server, String url, long numbers) {
        TcpProxy toDatabase = wire(name + " - its database", server.port());
        TcpProxy toBroker = wire(name + " - the broker", rabbit.port());
        return new Restartable(
                ServiceSpec.of(program.getName(), name, toDatabase.through(url), toBroker.through(rabbit.uri()))
                        .with(Long.toString(numbers)));
    }

    private TcpProxy wire(String name, int port) {
        TcpProxy wire = TcpProxy.to(port);
        wires.put(name, wire);
        return wire;
    }

    private static String furnished(DatabaseServer server) throws SQLException {
        String url = server.createDatabase("soak");
        try (HikariDataSource source = ServicePool.open("furnish", url, 1)) {
            TrothTables.of(source).create();
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                for (String table : Rows.tables(url)) {
                    statement.execute(table);
                }
            }
        }
        return url;
    }

    /** The database of the writers, past the wires. */
    HikariDataSource writersDatabase() {
        return ServicePool.open("looks at the writers", writersUrl, 2);
    }

    /** The database of the readers, past the wires. */
    HikariDataSource readersDatabase() {
        return ServicePool.open("looks at the readers", readersUrl, 2);
    }

    /** Somebody who can be killed and started again. */
    record Victim(Runnable kill, Runnable start) {}

    /** Everybody. */
    List<Victim> victims() {
        List<Victim> all = new ArrayList<>();
        services.values().forEach(service -> all.add(new Victim(service::kill9, service::start)));
        List.of(left, right, rabbit).forEach(server -> all.add(new Victim(server::kill9, server::start)));
        return all;
    }

    Supplier<Fault> services(RandomGenerator random) {
        Faults faults = new Faults(random, LONGEST);
        return () -> {
            String name = faults.one(List.copyOf(services.keySet()));
            return faults.service(name, Objects.requireNonNull(services.get(name)));
        };
    }

    Supplier<Fault> servers(RandomGenerator random) {
        Faults faults = new Faults(random, LONGEST);
        return () -> switch (faults.oneOf(3)) {
            case 0 -> faults.server("database", "the writers'", left);
            case 1 -> faults.server("database", "the readers'", right);
            default -> faults.server("broker", "the only one", rabbit);
        };
    }

    Supplier<Fault> wires(RandomGenerator random) {
        Faults faults = new Faults(random, LONGEST);
        return () -> {
            String name = faults.one(new ArrayList<>(wires.keySet()));
            return faults.wire(name, Objects.requireNonNull(wires.get(name)));
        };
    }

    @Override
    public void close() {
        services.values().forEach(Restartable::close);
        wires.values().forEach(TcpProxy::close);
        rabbit.close();
        right.close();
        left.close();
    }
}
