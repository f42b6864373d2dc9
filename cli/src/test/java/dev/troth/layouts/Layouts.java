package dev.troth.layouts;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.troth.jdbc.TrothTables;
import dev.troth.rabbitmq.QueueLayout;
import dev.troth.testkit.servers.PostgresServer;
import dev.troth.testkit.servers.RabbitServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code ./dev layouts [SECONDS [ROUNDS]]}: one transaction in two databases, again and again, by 1, 8 and 32 clients, in every layout, the
 * layouts taking turns. What it says comes from one machine: the ratios are what can be compared.
 */
final class Layouts {
    private static final List<QueueLayout> LAYOUTS =
            List.of(QueueLayout.perParticipant(), QueueLayout.perKind(), QueueLayout.perTransaction());
    private static final List<Integer> CLIENTS = List.of(1, 8, 32);
    private static final int CONNECTIONS = 40;
    private static final AtomicLong IDS = new AtomicLong();

    private Layouts() {}

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        List<Run> runs = new ArrayList<>();
        try (PostgresServer left = PostgresServer.local();
                PostgresServer right = PostgresServer.local();
                RabbitServer rabbit = RabbitServer.local()) {
            left.start();
            right.start();
            rabbit.start();
            try (HikariDataSource blogs = pool(left);
                    HikariDataSource reviews = pool(right)) {
                for (int round = 0; round <= rounds; round++) { // the first one warms up
                    for (QueueLayout layout : LAYOUTS) {
                        List<Run> these = run(rabbit, layout, blogs, reviews, seconds);
                        these.forEach(run -> System.out.println(run));
                        runs.addAll(round == 0 ? List.of() : these);
                    }
                }
                Run.report(runs, LAYOUTS.stream().map(QueueLayout::toString).toList(), CLIENTS);
            }
        }
    }

    private static HikariDataSource pool(PostgresServer server) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.freshDatabase());
        config.setMaximumPoolSize(CONNECTIONS);
        HikariDataSource pool = new HikariDataSource(config);
        TrothTables.of(pool).create();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE written (id bigint PRIMARY KEY, body text NOT NULL)");
        }
        return pool;
    }

    private static List<Run> run(
            RabbitServer rabbit, QueueLayout layout, HikariDataSource left, HikariDataSource right, int seconds)
            throws Exception {
        List<Run> runs = new ArrayList<>();
        try (Pair pair = new Pair(rabbit.uri(), layout, left, right)) {
            String before = churn(rabbit);
            long transactions = 0;
            for (int clients : CLIENTS) {
                long[] nanos = all(pair, clients, seconds);
                transactions += nanos.length;
                runs.add(Run.of(layout.toString(), clients, nanos, seconds));
            }
            System.out.println(layout + ": " + transactions + " transactions, queues declared, created, deleted: "
                    + before + " -> " + churn(rabbit));
        }
        return runs;
    }

    /** Of every transaction that ended in time, how long it took. */
    private static long[] all(Pair pair, int clients, int seconds) throws Exception {
        List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                running.add(threads.submit(() -> {
                    for (long began = System.nanoTime(); began < end; began = System.nanoTime()) {
                        pair.write(IDS.incrementAndGet());
                        nanos.add(System.nanoTime() - began);
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return nanos.stream().mapToLong(Long::longValue).toArray();
    }

    /** What the broker has counted since its start. */
    private static String churn(RabbitServer rabbit) {
        return rabbit.control("eval", "[{_, _, _, _, _, D, C, X}] = ets:tab2list(connection_churn_metrics), {D, C, X}.")
                .strip();
    }
}
