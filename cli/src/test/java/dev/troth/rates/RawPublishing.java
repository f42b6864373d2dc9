package dev.troth.rates;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;

/** The client library alone: persistent messages to a quorum queue, each confirmed, so many unconfirmed at once. */
final class RawPublishing implements Workload {
    static final int WINDOW = 300;

    @Override
    public String name() {
        return "raw confirmed publishing";
    }

    @Override
    public double run(Bench bench, int times) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(bench.rabbit.uri());
        byte[] body = Bench.TEXT.getBytes(StandardCharsets.UTF_8);
        try (Connection connection = factory.newConnection();
                Channel channel = connection.createChannel()) {
            String queue = "raw-" + System.nanoTime();
            channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
            Semaphore window = new Semaphore(WINDOW);
            NavigableSet<Long> unconfirmed = new ConcurrentSkipListSet<>();
            channel.addConfirmListener(
                    (number, upTo) -> {
                        NavigableSet<Long> these = upTo
                                ? unconfirmed.headSet(number, true)
                                : unconfirmed.subSet(number, true, number, true);
                        int count = these.size();
                        these.clear();
                        window.release(count);
                    },
                    (number, upTo) -> {
                        throw new IllegalStateException("nack");
                    });
            channel.confirmSelect();
            long began = System.nanoTime();
            for (int i = 0; i < times; i++) {
                window.acquire();
                unconfirmed.add(channel.getNextPublishSeqNo());
                channel.basicPublish("", queue, true, MessageProperties.PERSISTENT_BASIC, body);
            }
            window.acquire(WINDOW);
            double rate = Clients.rate(times, began);
            channel.queueDelete(queue);
            return rate;
        }
    }
}
