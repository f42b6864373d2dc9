package dev.troth.bench.contender;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Two phases as a textbook has them, over RabbitMQ: every database is a participant, which is told to prepare and, when all have answered, to
 * commit; the caller waits for all of it. There is no log, so a coordinator that dies leaves transactions in doubt. All of it in one process.
 *
 * <p>The setting {@code queues}: {@code classic} or {@code quorum}, one for each participant; or {@code per transaction}, three that are declared
 * for every transaction and deleted after it.
 */
final class RabbitTwoPhase implements Contender {
    private static final long LIMIT_SECONDS = 30;
    private static final String PER_TRANSACTION = "per transaction";
    private static final List<String> PHASES = List.of(RabbitWork.PREPARE, RabbitWork.COMMIT, "rollback");

    private final String run = Long.toHexString(System.nanoTime());
    private final List<Client> clients = new ArrayList<>();
    private final List<String> participants = new ArrayList<>();
    private final List<RabbitWork> works = new ArrayList<>();
    private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final ExecutorService workers;
    private final Connection coordinator;
    private final Connection participant;
    private final boolean perTransaction;
    private final String replies;

    RabbitTwoPhase(Setting setting) throws Exception {
        String queues = setting.word("queues", "classic");
        perTransaction = queues.equals(PER_TRANSACTION);
        for (int i = 0; i < setting.databases().size(); i++) {
            participants.add("database" + i);
        }
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(setting.broker());
        factory.setAutomaticRecoveryEnabled(false);
        coordinator = factory.newConnection("coordinator");
        replies = RabbitOrders.replies(coordinator, this::answered);
        workers = Executors.newFixedThreadPool(participants.size() * setting.clients() + 1);
        factory.setSharedExecutor(workers);
        participant = factory.newConnection("participants");
        for (int i = 0; i < setting.clients(); i++) {
            clients.add(client(setting));
        }
        if (!perTransaction) {
            for (int i = 0; i < participants.size(); i++) {
                serve(setting, i, queues);
            }
        }
    }

    /**
     * What a client has for itself.
     *
     * @param declaring the channel for queues that exist for one transaction
     * @param consuming the channel of their consumers
     * @param orders what these do
     */
    private record Client(ConfirmedPublishing publishing, Channel declaring, Channel consuming, RabbitOrders orders) {}

    private Client client(Setting setting) throws IOException, SQLException {
        Channel consuming = participant.createChannel();
        Map<String, RabbitWork> everybody = new LinkedHashMap<>();
        if (perTransaction) {
            for (int i = 0; i < participants.size(); i++) {
                everybody.put(participants.get(i), work(setting, i));
            }
        }
        return new Client(
                new ConfirmedPublishing(coordinator.createChannel()),
                coordinator.createChannel(),
                consuming,
                new RabbitOrders(consuming, new ConfirmedPublishing(participant.createChannel()), everybody));
    }

    private RabbitWork work(Setting setting, int number) throws SQLException {
        RabbitWork work = new RabbitWork(setting, number);
        works.add(work);
        return work;
    }

    private void answered(String type, String correlation) {
        CompletableFuture<String> answer = answers.remove(correlation);
        if (answer != null) {
            answer.complete(type);
        }
    }

    /** As many consumers as there are clients. */
    private void serve(Setting setting, int number, String type) throws IOException, SQLException {
        String name = participants.get(number);
        try (Channel channel = coordinator.createChannel()) {
            RabbitOrders.declare(channel, queue(name, "", ""), type);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IOException("The channel did not close", e);
        }
        for (int i = 0; i < setting.clients(); i++) {
            Channel channel = participant.createChannel();
            channel.basicQos(2);
            ConfirmedPublishing publishing = new ConfirmedPublishing(participant.createChannel());
            channel.basicConsume(
                    queue(name, "", ""),
                    false,
                    new RabbitOrders(channel, publishing, Map.of(name, work(setting, number))));
        }
    }

    private String queue(String name, String gid, String phase) {
        return perTransaction ? "txn_" + gid + "_" + phase : "two_phase_" + run + "_" + name;
    }

    @Override
    public void write(int client, long id, String title, String content) throws Exception {
        Client self = clients.get(client);
        String gid = run + "-" + id;
        if (perTransaction) {
            for (String phase : PHASES) {
                RabbitOrders.declare(self.declaring, queue("", gid, phase), "classic");
            }
            for (String phase : PHASES) {
                self.consuming.basicConsume(queue("", gid, phase), false, self.orders);
            }
        }
        List<byte[]> rows = new ArrayList<>();
        for (int i = 0; i < participants.size(); i++) {
            rows.add(((i == 0 ? title : id) + "\n" + content).getBytes(StandardCharsets.UTF_8));
        }
        phase(self, RabbitWork.PREPARE, gid, rows, RabbitWork.YES);
        rows.replaceAll(row -> new byte[0]);
        phase(self, RabbitWork.COMMIT, gid, rows, RabbitWork.DONE);
        if (perTransaction) {
            for (String phase : PHASES) {
                self.declaring.queueDelete(queue("", gid, phase));
            }
        }
    }

    /** An order to everybody; the broker has to have all orders, and all have to give the answer. */
    private void phase(Client self, String order, String gid, List<byte[]> bodies, String wanted) throws Exception {
        List<CompletableFuture<Void>> confirmed = new ArrayList<>();
        List<CompletableFuture<String>> answered = new ArrayList<>();
        for (int i = 0; i < participants.size(); i++) {
            String name = participants.get(i);
            String correlation = gid + "|" + name + "|" + order;
            CompletableFuture<String> answer = new CompletableFuture<>();
            CompletableFuture<Void> confirm = new CompletableFuture<>();
            answers.put(correlation, answer);
            answered.add(answer);
            confirmed.add(confirm);
            self.publishing.publish(
                    queue(name, gid, order),
                    RabbitOrders.order(order, gid, name, correlation, replies),
                    bodies.get(i),
                    () -> confirm.complete(null));
        }
        for (CompletableFuture<Void> confirm : confirmed) {
            confirm.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        for (CompletableFuture<String> each : answered) {
            String answer = each.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (!answer.equals(wanted)) {
                throw new IllegalStateException("To the order to " + order + " the answer is " + answer);
            }
        }
    }

    @Override
    public void close() throws Exception {
        if (!perTransaction) {
            try (Channel channel = coordinator.createChannel()) {
                for (String name : participants) {
                    channel.queueDelete(queue(name, "", ""));
                }
            }
        }
        participant.close();
        coordinator.close();
        workers.shutdown();
        for (RabbitWork work : works) {
            work.close();
        }
    }
}
