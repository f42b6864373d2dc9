package dev.troth.bench.contender;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The logging last resource over RabbitMQ, written by hand: the reviews are prepared on a persistent, confirmed message to a durable
 * queue, classic or quorum as the setting {@code queues} says; blog row and decision are one local commit; the message to commit follows after the answer. All of it in one process.
 */
final class RabbitByHand implements Contender {
    private static final int BACKLOG = 256;
    private static final long LIMIT_SECONDS = 30;
    private static final String REVIEWS = "reviews";

    private final String run = Long.toHexString(System.nanoTime());
    private final String queue = "reviews_" + run;
    private final List<Client> clients = new ArrayList<>();
    private final Map<String, CompletableFuture<String>> votes = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(BACKLOG);
    private final List<RabbitWork> works = new ArrayList<>();
    private final Connection coordinator;
    private final Connection participant;
    private final ExecutorService workers;
    private final Cleaner cleaner;
    private final String replies;

    RabbitByHand(Setting setting) throws Exception {
        cleaner = new Cleaner(setting.blogs());
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(setting.broker());
        factory.setAutomaticRecoveryEnabled(false);
        coordinator = factory.newConnection("coordinator");
        replies = RabbitOrders.replies(coordinator, this::answered);
        try (Channel channel = coordinator.createChannel()) {
            RabbitOrders.declare(channel, queue, setting.word("queues", "classic"));
        }
        for (int i = 0; i < setting.clients(); i++) {
            clients.add(new Client(setting.blogs(), new ConfirmedPublishing(coordinator.createChannel())));
        }
        int consumers = Math.max(2, setting.clients());
        workers = Executors.newFixedThreadPool(consumers + 1);
        factory.setSharedExecutor(workers);
        participant = factory.newConnection("participant");
        for (int i = 0; i < consumers; i++) {
            consume(setting);
        }
    }

    private static final class Client {
        private final java.sql.Connection connection;
        private final PreparedStatement blog;
        private final PreparedStatement decision;
        private final ConfirmedPublishing publishing;

        Client(String url, ConfirmedPublishing publishing) throws SQLException {
            this.publishing = publishing;
            connection = DriverManager.getConnection(url);
            connection.setAutoCommit(false);
            blog = connection.prepareStatement(Rows.BLOG);
            decision = connection.prepareStatement("INSERT INTO decisions (gid) VALUES (?)");
        }
    }

    private void answered(String type, String gid) {
        if (type.equals(RabbitWork.DONE)) {
            cleaner.finished(gid);
            room.release();
            return;
        }
        CompletableFuture<String> vote = votes.remove(gid);
        if (vote != null) {
            vote.complete(type);
        } else {
            System.err.println("To " + gid + ", decided or given up, the answer is " + type);
        }
    }

    private void consume(Setting setting) throws IOException, SQLException {
        RabbitWork work = new RabbitWork(setting, 1);
        works.add(work);
        Channel channel = participant.createChannel();
        channel.basicQos(2);
        ConfirmedPublishing answers = new ConfirmedPublishing(participant.createChannel());
        channel.basicConsume(queue, false, new RabbitOrders(channel, answers, Map.of(REVIEWS, work)));
    }

    private AMQP.BasicProperties order(String type, String gid) {
        return RabbitOrders.order(type, gid, REVIEWS, gid, replies);
    }

    @Override
    public void write(int client, long id, String title, String content) throws Exception {
        Client self = clients.get(client);
        String gid = run + "-" + id;
        CompletableFuture<String> vote = new CompletableFuture<>();
        votes.put(gid, vote);
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        byte[] body = (id + "\n" + content).getBytes(StandardCharsets.UTF_8);
        self.publishing.publish(queue, order(RabbitWork.PREPARE, gid), body, () -> confirmed.complete(null));
        confirmed.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        String answer = vote.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!answer.equals(RabbitWork.YES)) {
            throw new IllegalStateException("The vote is " + answer);
        }
        Rows.bindBlog(self.blog, title, content);
        self.blog.executeUpdate();
        self.decision.setString(1, gid);
        self.decision.executeUpdate();
        self.connection.commit();
        if (!room.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(BACKLOG + " commits wait, and none was reported done");
        }
        self.publishing.publish(queue, order(RabbitWork.COMMIT, gid), new byte[0], () -> {});
    }

    @Override
    public void drain() throws InterruptedException {
        if (!room.tryAcquire(BACKLOG, LIMIT_SECONDS, TimeUnit.SECONDS)) {
            System.err.println("Not every transaction was reported done");
        }
    }

    @Override
    public void close() throws Exception {
        cleaner.close();
        try (Channel channel = coordinator.createChannel()) {
            channel.queueDelete(queue);
        }
        participant.close();
        coordinator.close();
        workers.shutdown();
        for (RabbitWork work : works) {
            work.close();
        }
        for (Client client : clients) {
            client.connection.close();
        }
    }
}
