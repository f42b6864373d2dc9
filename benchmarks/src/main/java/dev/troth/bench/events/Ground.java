package dev.troth.bench.events;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.troth.bench.contender.RandomText;
import dev.troth.bench.contender.Setting;
import dev.troth.bench.fixture.Database;
import dev.troth.bench.fixture.Load;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The two databases of a run, and its broker. */
final class Ground implements AutoCloseable {
    private static final int CONNECTIONS = 30;
    private static final double NANOS = 1e9;

    final Database blogs;
    final Database notes;
    final String broker;
    final String text;
    final int producers;
    final Duration patience;

    Ground(Setting setting) throws SQLException {
        blogs = new Database(setting.databases().get(0), CONNECTIONS);
        notes = new Database(setting.databases().get(1), CONNECTIONS);
        broker = setting.broker();
        text = RandomText.of(setting.number("content", 500));
        producers = setting.clients();
        patience = setting.patience();
    }

    /** One commit of one row. */
    void commit(Database database, long id) throws SQLException {
        try (java.sql.Connection connection = database.pool().getConnection()) {
            connection.setAutoCommit(false);
            Database.insert(connection, id, text);
            connection.commit();
        }
    }

    /** A connection to the broker of whoever does without Troth. */
    Connection connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(broker);
        return factory.newConnection();
    }

    /** Whether the queue gets to hold so many messages; it is deleted then. */
    boolean holds(String queue, long messages) throws Exception {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            boolean all = Database.until(() -> count(channel, queue) == messages, 10_000);
            channel.queueDelete(queue);
            return all;
        }
    }

    private static long count(Channel channel, String queue) {
        try {
            return channel.messageCount(queue);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Whether every row of the one database is in the other, once. */
    boolean agree() throws SQLException {
        return blogs.hasThoseOf(notes);
    }

    /** Whether it came to zero in time. */
    boolean awaits(CountDownLatch latch) throws InterruptedException {
        return latch.await(patience.toSeconds(), TimeUnit.SECONDS);
    }

    /** So many permits, or the reason why the run fails. */
    void take(Semaphore permits, int number, String what) throws InterruptedException {
        if (!permits.tryAcquire(number, patience.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(what + " within " + patience);
        }
    }

    /** The figures of so many messages since then. */
    static Map<String, Object> figures(int messages, long began, long ended, boolean right) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("messages", messages);
        figures.put("per_second", Load.rounded(messages / ((ended - began) / NANOS)));
        figures.put("right", right);
        return figures;
    }

    @Override
    public void close() {
        blogs.close();
        notes.close();
    }
}
