package dev.troth.bench.events;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import dev.troth.bench.fixture.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The same as {@link OutboxToInbox}, written by hand with the drivers alone: an outbox table, one relay, a queue, an inbox table. No order, no
 * leases, no retries, no decision that tells the outcome of a commit that nobody saw end: what is left is what any such thing costs here.
 */
final class ByHand implements Way {
    private static final int HANDLERS = 8;
    private static final int WINDOW = 4 * HANDLERS;
    private static final int BATCH = 500;
    private static final int PAUSE_MILLIS = 1;

    @Override
    public Map<String, Object> run(Ground ground, int times) throws Exception {
        String queue = "hand-" + System.nanoTime();
        CountDownLatch applied = new CountDownLatch(times);
        ExecutorService threads = Executors.newFixedThreadPool(HANDLERS + 1);
        tables(ground);
        try (Connection out = ground.connect();
                Connection in = ground.connect()) {
            Channel publishes = out.createChannel();
            publishes.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
            publishes.confirmSelect();
            Channel consumes = in.createChannel();
            consumes.basicQos(WINDOW);
            String unused = consumes.basicConsume(queue, false, consumer(ground, consumes, threads, applied));
            long began = System.nanoTime();
            Future<?> relay = threads.submit(() -> relay(ground, publishes, queue, applied));
            Producers.run(ground.producers, times, id -> write(ground, id));
            boolean all = ground.awaits(applied);
            long ended = System.nanoTime();
            if (all || relay.isDone()) {
                relay.get();
            }
            publishes.queueDelete(queue);
            boolean empty = all && ground.blogs.becomes("SELECT count(*) FROM hand_outbox", 0);
            return Ground.figures(times, began, ended, empty && ground.agree());
        } finally {
            threads.shutdownNow();
        }
    }

    private static void tables(Ground ground) throws SQLException {
        execute(
                ground.blogs.pool().getConnection(),
                "CREATE TABLE IF NOT EXISTS hand_outbox (seq bigint GENERATED ALWAYS AS"
                        + " IDENTITY PRIMARY KEY, id text NOT NULL, payload bytea NOT NULL)");
        execute(ground.notes.pool().getConnection(), "CREATE TABLE IF NOT EXISTS hand_inbox (id text PRIMARY KEY)");
    }

    private static void execute(java.sql.Connection taken, String sql) throws SQLException {
        try (taken;
                Statement statement = taken.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void write(Ground ground, long id) throws SQLException {
        try (java.sql.Connection connection = ground.blogs.pool().getConnection()) {
            connection.setAutoCommit(false);
            Database.insert(connection, id, ground.text);
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO hand_outbox (id, payload) VALUES (?, ?)")) {
                insert.setString(1, UUID.randomUUID().toString());
                insert.setBytes(2, (id + " " + ground.text).getBytes(StandardCharsets.UTF_8));
                insert.executeUpdate();
            }
            connection.commit();
        }
    }

    private static Void relay(Ground ground, Channel channel, String queue, CountDownLatch left) throws Exception {
        while (left.getCount() > 0) {
            if (!batch(ground, channel, queue)) {
                boolean unused = left.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        return null;
    }

    /** Returns whether there was one. */
    private static boolean batch(Ground ground, Channel channel, String queue) throws Exception {
        try (java.sql.Connection connection = ground.blogs.pool().getConnection()) {
            connection.setAutoCommit(false);
            List<Long> numbers = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT seq, id, payload FROM hand_outbox ORDER BY seq LIMIT "
                                    + BATCH + " FOR UPDATE SKIP LOCKED")) {
                while (rows.next()) {
                    numbers.add(rows.getLong(1));
                    AMQP.BasicProperties properties = MessageProperties.PERSISTENT_BASIC
                            .builder()
                            .messageId(rows.getString(2))
                            .build();
                    channel.basicPublish("", queue, true, properties, rows.getBytes(3));
                }
            }
            if (!numbers.isEmpty()) {
                channel.waitForConfirmsOrDie(ground.patience.toMillis());
                try (PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM hand_outbox WHERE seq = ANY (?)")) {
                    delete.setArray(1, connection.createArrayOf("bigint", numbers.toArray()));
                    delete.executeUpdate();
                }
            }
            connection.commit();
            return !numbers.isEmpty();
        }
    }

    private static DefaultConsumer consumer(
            Ground ground, Channel channel, ExecutorService threads, CountDownLatch applied) {
        return new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                Future<?> unused = threads.submit(() -> {
                    try {
                        apply(ground, properties.getMessageId(), body);
                        acknowledge(channel, envelope.getDeliveryTag());
                        applied.countDown();
                    } catch (Exception e) {
                        System.err.println("A message was not applied, and is missed in the end: " + e);
                    }
                });
            }
        };
    }

    private static void acknowledge(Channel channel, long number) throws IOException {
        channel.basicAck(number, false);
    }

    private static void apply(Ground ground, String id, byte[] body) throws SQLException {
        try (java.sql.Connection connection = ground.notes.pool().getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement note =
                    connection.prepareStatement("INSERT INTO hand_inbox (id) VALUES (?) ON CONFLICT DO NOTHING")) {
                note.setString(1, id);
                if (note.executeUpdate() == 1) {
                    String text = new String(body, StandardCharsets.UTF_8);
                    Database.insert(connection, Long.parseLong(text.substring(0, text.indexOf(' '))), ground.text);
                }
            }
            connection.commit();
        }
    }
}
