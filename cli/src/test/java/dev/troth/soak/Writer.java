package dev.troth.soak;

import com.zaxxer.hikari.HikariDataSource;
import dev.troth.Troth;
import dev.troth.cli.harness.ServicePool;
import dev.troth.jdbc.JdbcDecisionLog;
import dev.troth.jdbc.Outbox;
import dev.troth.rabbitmq.RabbitOptions;
import dev.troth.rabbitmq.RabbitTransport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that writes numbered rows and publishes an event with each, in one transaction, key by key, until each of its keys has as many as
 * it should. What it does not know after a failure or a restart, it asks its database.
 */
final class Writer {
    static final int THREADS = 4;
    static final int KEYS_OF_THREAD = 8;
    private static final String TEXT = "x".repeat(450);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final HikariDataSource database;
    private final Troth troth;
    private final long numbers;
    private final CountDownLatch stopping = new CountDownLatch(1);

    private Writer(String name, String url, String amqp, long numbers) {
        this.numbers = numbers;
        this.database = ServicePool.open(name, url, THREADS + 6);
        this.troth = Troth.builder("writer")
                .transport(RabbitTransport.connect(RabbitOptions.uri(amqp).startWithoutBroker()))
                .decisions(JdbcDecisionLog.on(database))
                .outbox(Outbox.on(database))
                .start();
    }

    /** The arguments: its name, what {@code ServiceSpec} adds, and last how many numbers each key gets. */
    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        Writer writer = new Writer(
                name,
                ServicePool.environment("TROTH_DB"),
                ServicePool.environment("TROTH_AMQP"),
                Long.parseLong(arguments[arguments.length - 1]));
        Runtime.getRuntime().addShutdownHook(new Thread(writer::stop));
        for (int thread = 0; thread < THREADS; thread++) {
            String prefix = name + "/" + thread + "/";
            new Thread(() -> writer.writeAll(prefix), "writes " + prefix).start();
        }
        Parent.ready(name);
        Parent.awaitEnd();
    }

    private void stop() {
        stopping.countDown();
        troth.stop(Duration.ofSeconds(8));
        database.close();
    }

    private void writeAll(String prefix) {
        Map<String, Long> last = new HashMap<>();
        boolean more = true;
        while (more && stopping.getCount() > 0) {
            more = false;
            for (int key = 0; key < KEYS_OF_THREAD; key++) {
                more |= writeNext(prefix + key, last);
            }
        }
    }

    /** Returns whether that key may get another number. */
    private boolean writeNext(String key, Map<String, Long> last) {
        try {
            long number = (last.containsKey(key) ? last.get(key) : read(key)) + 1;
            if (number > numbers) {
                return false;
            }
            last.remove(key); // whatever happens, it is asked for
            troth.transact("write", tx -> {
                Rows.write(tx.connection(), key, number);
                tx.publish(key, new Numbered(key, number, TEXT));
                return number;
            });
            last.put(key, number);
        } catch (SQLException | RuntimeException e) {
            System.err.println("writing a number of " + key + " failed: " + e);
            pause();
        }
        return true;
    }

    private long read(String key) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Rows.last(connection, key);
        }
    }

    private void pause() {
        try {
            boolean unused = stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
