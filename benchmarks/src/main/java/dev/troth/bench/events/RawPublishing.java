package dev.troth.bench.events;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;

/**
 * The client library alone: the messages that the relay sends, with the same headers, through a topic exchange to a quorum queue; persistent,
 * mandatory, each confirmed, so many unconfirmed at once.
 */
final class RawPublishing implements Way {
    private static final int WINDOW = 300;
    private static final String EXCHANGE = "rates";
    private static final String NOT_CONFIRMED = "The broker did not confirm what was published";
    private static final String TOPIC = "rates.raw";

    @Override
    public Map<String, Object> run(Ground ground, int times) throws Exception {
        byte[] body = ground.text.getBytes(StandardCharsets.UTF_8);
        try (Connection connection = ground.connect();
                Channel channel = connection.createChannel()) {
            String queue = "raw-" + System.nanoTime();
            channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
            channel.exchangeDeclare(EXCHANGE, BuiltinExchangeType.TOPIC, true);
            channel.queueBind(queue, EXCHANGE, TOPIC);
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
                ground.take(window, 1, NOT_CONFIRMED);
                unconfirmed.add(channel.getNextPublishSeqNo());
                channel.basicPublish(EXCHANGE, TOPIC, true, event(queue + i, i), body);
            }
            ground.take(window, WINDOW, NOT_CONFIRMED);
            long ended = System.nanoTime();
            return Ground.figures(times, began, ended, ground.holds(queue, times));
        }
    }

    /** As the transport writes it. */
    private static AMQP.BasicProperties event(String id, long number) {
        return MessageProperties.PERSISTENT_BASIC
                .builder()
                .type("event")
                .messageId(id)
                .correlationId(id)
                .contentType("application/json")
                .appId("raw")
                .headers(Map.of(
                        "cloudEvents_specversion", "1.0",
                        "cloudEvents_id", id,
                        "cloudEvents_source", "blog",
                        "cloudEvents_type", "written",
                        "cloudEvents_subject", id,
                        "cloudEvents_time", "2026-01-01T00:00:00.000Z",
                        "number", number))
                .build();
    }
}
