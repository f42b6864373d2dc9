package dev.troth.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.troth.testkit.servers.RabbitServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was not acked comes again, and nothing else does, in whatever order deliveries are settled. */
@Timeout(60)
class AcksTest {
    private static final int MESSAGES = 40;

    @RegisterExtension
    static final RabbitServer broker = RabbitServer.shared();

    private final Threads threads = new Threads();
    private Connection connection;
    private String queue;

    @BeforeEach
    void connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(broker.uri());
        connection = factory.newConnection();
        try (Channel channel = connection.createChannel()) {
            queue = channel.queueDeclare().getQueue();
        }
    }

    @AfterEach
    void close() throws Exception {
        threads.close();
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void what_was_not_acked_comes_again_and_nothing_else(long seed) throws Exception {
        Random random = new Random(seed);
        List<Long> tags =
                new ArrayList<>(LongStream.rangeClosed(1, MESSAGES).boxed().toList());
        Collections.shuffle(tags, random);
        Set<String> left = new TreeSet<>();
        try (Channel channel = connection.createChannel()) {
            publishAndTake(channel);
            Acks acks = new Acks(channel, 1 + random.nextInt(MESSAGES), threads);
            for (long tag : tags) {
                switch (random.nextInt(5)) {
                    case 0 -> left.add(body(tag));
                    case 1 -> {
                        channel.basicReject(tag, false);
                        acks.settledOtherwise(tag);
                    }
                    default -> acks.add(tag);
                }
            }
            acks.flush();
        }

        Set<String> again = new TreeSet<>();
        try (Channel channel = connection.createChannel()) {
            Waiting.until(() -> {
                drain(channel, again);
                return again.size() >= left.size();
            });
            assertThat(again).isEqualTo(left);
            assertThat(channel.basicGet(queue, true)).isNull();
        }
    }

    /** Of a fresh channel the first delivery has the tag 1. */
    private void publishAndTake(Channel channel) throws Exception {
        channel.confirmSelect();
        for (long tag = 1; tag <= MESSAGES; tag++) {
            channel.basicPublish("", queue, null, body(tag).getBytes(UTF_8));
        }
        channel.waitForConfirmsOrDie(10_000);
        for (long tag = 1; tag <= MESSAGES; tag++) {
            GetResponse taken = channel.basicGet(queue, false);
            assertThat(taken.getEnvelope().getDeliveryTag()).isEqualTo(tag);
            assertThat(new String(taken.getBody(), UTF_8)).isEqualTo(body(tag));
        }
    }

    private void drain(Channel channel, Set<String> into) throws IOException {
        for (GetResponse next = channel.basicGet(queue, true); next != null; next = channel.basicGet(queue, true)) {
            into.add(new String(next.getBody(), UTF_8));
        }
    }

    private static String body(long tag) {
        return "message " + tag;
    }
}
